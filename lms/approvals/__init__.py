"""Acts that need two people: one proposes, another confirms, and only then it is done."""
