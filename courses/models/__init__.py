"""Rows of learning: programmes, admission, enrolments, progress."""

from courses.models.programmes import Enrolment, Pathway, Programme

__all__ = ["Enrolment", "Pathway", "Programme"]
