"""QTI: packages of 2.1, 2.2 and 3.0 in, of 2.1 and 3.0 out. Inside, everything has the names of 2.x."""

from exams.interchange.qti.package import read_item_file, read_package, write_package
from exams.interchange.qti.shape import shaped

__all__ = ["read_item_file", "read_package", "shaped", "write_package"]
