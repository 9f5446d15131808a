"""Moodle XML: one file with all questions, pictures inside as base64."""

from exams.interchange.moodle.reading import read_quiz
from exams.interchange.moodle.shape import shaped
from exams.interchange.moodle.writing import write_quiz

__all__ = ["read_quiz", "shaped", "write_quiz"]
