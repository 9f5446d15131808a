"""What is wrong with a file of the course material, and where."""

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend. `line` counts from 1; `file` is relative to the material folder."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class MaterialFaults(Exception):
    """The material cannot be used; `faults` holds every fault found, in the order of files and lines."""

    def __init__(self, faults: list[Fault]) -> None:
        """Keep the faults, sorted, each once."""
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass
class FaultList:
    """Collects faults while files are read, so that one run reports all of them."""

    found: list[Fault] = field(default_factory=list)

    def add(self, file: str, line: int, message: str) -> None:
        """Note one fault."""
        self.found.append(Fault(file, line, message))

    def raise_if_any(self) -> None:
        """Raise `MaterialFaults` when anything was noted."""
        if self.found:
            raise MaterialFaults(self.found)
