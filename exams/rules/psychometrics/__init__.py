"""Whether an exam measures: statistics of items, forms, examiners and links between forms. Plain numpy and scipy."""
