"""Decisions about items, attempts and the practical, free of Django."""
