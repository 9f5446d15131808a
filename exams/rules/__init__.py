"""Decisions about exams as pure functions: no database, no clock, no chance."""
