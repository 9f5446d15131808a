"""What a score on a new form would have been on an old one (exams.md 4.6).

Everything here goes one way: from the NEW form to the scale of the OLD form. `new` always comes first.
"""
