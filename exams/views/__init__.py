"""Pages of exams and practicals."""
