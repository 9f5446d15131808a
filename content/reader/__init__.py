"""Reads `content/material/` as docs/material-format.md has it. Knows nothing of Django."""

from content.reader.assessment_shapes import Blueprint, ExamForm, Practical
from content.reader.bank import Bank
from content.reader.faults import Fault, MaterialFaults
from content.reader.item_shapes import Item
from content.reader.lessons import Block, Lesson, Table
from content.reader.markdown import inline_to_html, to_html
from content.reader.material import Course, Material, Module, read_material
from content.reader.shapes import Source, Term

__all__ = [
    "Bank",
    "Block",
    "Blueprint",
    "Course",
    "ExamForm",
    "Fault",
    "Item",
    "Lesson",
    "Material",
    "MaterialFaults",
    "Module",
    "Practical",
    "Source",
    "Table",
    "Term",
    "inline_to_html",
    "read_material",
    "to_html",
]
