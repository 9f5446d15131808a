"""Pages of the exam."""
