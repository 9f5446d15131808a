"""Words that must not be used: for the law, for honesty, for the patients."""

import re
from collections.abc import Iterator

from content.proofreading.findings import Finding
from content.proofreading.passages import Passage, without_quotations

# rTMS systems are class II devices that were cleared (510(k)) or granted (De Novo), never approved (PMA): 21 CFR
# 882.5805, 882.5802, 882.5808.
APPROVED = re.compile(r"\bFDA[- ]approv|\bapproved by (the )?(US )?FDA|\bFDA approval\b", re.IGNORECASE)
DENIED = re.compile(
    r"\b(not|never|no|nor|rather than|instead of|wrong|incorrect|differs?|different|than)\b", re.IGNORECASE
)
ABOVE = re.compile(r"\b(all|none|both|any) of the (above|below|others)\b|\bboth [a-f] and [a-f]\b", re.IGNORECASE)
PROMISES = re.compile(
    r"\b(risk-free|no risk at all|completely safe|guaranteed (to|results?)|cures? depression|painless treatment)\b",
    re.IGNORECASE,
)


def check_wording(passage: Passage) -> Iterator[Finding]:
    """Find wording that no text of ours may claim; quotations and texts shown as wrong may hold it."""
    said = without_quotations(passage.text)
    if passage.claims:
        for sentence in re.split(r"(?<=[.!?;])\s+", said):
            if APPROVED.search(sentence) and not DENIED.search(sentence):
                yield _finding(passage, "fda-approved", "say cleared or granted, not FDA-approved")
            if (match := PROMISES.search(sentence)) and not DENIED.search(sentence):
                yield _finding(passage, "promise", f"«{match[0]}» promises what nobody can promise")
    if passage.kind in {"key", "distractor"} and (match := ABOVE.search(said)):
        yield _finding(passage, "above", f"«{match[0]}» has no place among options")


def _finding(passage: Passage, check: str, message: str) -> Finding:
    return Finding(passage.file, passage.line, check, passage.code, message)
