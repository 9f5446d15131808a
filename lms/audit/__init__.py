"""The append-only record of who did what, when. Imports nothing of the project."""
