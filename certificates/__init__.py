"""What was earned, shown and checked."""
