"""GIFT: Moodle's text format for questions. Texts only, no pictures."""

from exams.interchange.gift.reading import read_gift
from exams.interchange.gift.shape import shaped
from exams.interchange.gift.writing import write_gift

__all__ = ["read_gift", "shaped", "write_gift"]
