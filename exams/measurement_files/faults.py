"""What is wrong with a file, and where; several faults are collected before a file is refused."""

from dataclasses import dataclass, field
from pathlib import Path

from exams.errors import MeasurementFileError

# More would not be read.
MOST_FAULTS = 20


@dataclass(frozen=True)
class FileFault:
    """One thing to mend. `line` counts from 1 as a text editor does; 0 is the file as a whole."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f", line {self.line}"
        if self.column:
            place += f", column {self.column}"
        return f"{place}: {self.message}"


@dataclass
class FaultList:
    """Collects the faults of one file."""

    path: Path
    found: list[FileFault] = field(default_factory=list)

    def add(self, message: str, *, line: int = 0, column: str = "") -> None:
        """Note a fault; raise `MeasurementFileError` when there are enough to stop at."""
        self.found.append(FileFault(self.path.name, line, column, message))
        if len(self.found) >= MOST_FAULTS:
            self.raise_if_any()

    def refuse(self, message: str, *, line: int = 0, column: str = "") -> MeasurementFileError:
        """Return the error with this fault after those found before, for faults that end the reading."""
        self.found.append(FileFault(self.path.name, line, column, message))
        return MeasurementFileError(self.found)

    def raise_if_any(self) -> None:
        """Raise `MeasurementFileError` when anything was noted."""
        if self.found:
            raise MeasurementFileError(self.found)
