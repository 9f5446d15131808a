"""Scripts of the Makefile. They run before the environment exists, so they import nothing of the project."""
