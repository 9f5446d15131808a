"""What a check found, and which findings people have looked at and accepted."""

from collections.abc import Iterable
from dataclasses import dataclass

from content.reader.shapes import AcceptedFinding


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend. `code` is the lesson, item or module concerned, or `bank` for the items as a whole."""

    file: str
    line: int
    check: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code}: {self.message} [{self.check}]"


def without_accepted(findings: Iterable[Finding], accepted: Iterable[AcceptedFinding]) -> list[Finding]:
    """Leave out what was accepted with a reason. An acceptance that nothing matches is itself a finding."""
    found = sorted(set(findings))
    waived = {(entry.check, entry.code): entry for entry in accepted}
    left = [finding for finding in found if (finding.check, finding.code) not in waived]
    met = {(finding.check, finding.code) for finding in found}
    for key, entry in waived.items():
        if key not in met:
            message = "this acceptance matches no finding any more; delete it"
            left.append(Finding("accepted.yaml", 1, entry.check, entry.code, message))
    return sorted(left)
