"""Where the cut is set: methods that turn what a panel judged into points (exams.md 4.3).

A method proposes; the board adopts. None of them rounds, and none of them is relative ("the best 60 %").
"""
