"""What people do in learning. One module for each noun."""
