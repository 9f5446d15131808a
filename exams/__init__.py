"""What was asked, answered, observed and decided."""
