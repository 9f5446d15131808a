"""Pure rules of content."""
