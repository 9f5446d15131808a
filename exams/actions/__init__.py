"""What people and the clock do in exams and practicals."""
