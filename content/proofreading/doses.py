"""Every dose number names the device, the protocol or the order that it belongs to (curriculum, rule 2)."""

import re
from collections.abc import Iterator

from content.proofreading.findings import Finding
from content.proofreading.passages import Passage, without_quotations

DOSE = re.compile(
    r"\b\d[\d,.]*\s?%\s?(of\s)?(the\s)?(resting\s)?(motor\s)?(MT|RMT|threshold)\b"
    r"|\b\d[\d,]*\s(pulses|trains)\b",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"\b(protocols?|orders?|ordered|label(ling|led)?|trials?|stud(y|ies)|manuals?|examples?|survey|session|prescribed|"
    r"NeuroStar|BrainsWay|MagVita|MagVenture|Magstim|Nexstim|CloudTMS|Apollo|Horizon|SAINT|SNT|[ic]?TBS|theta[- ]burst|"
    r"H[147]|Deep TMS|left DLPFC|right DLPFC|THREE-D|OPT-TMS|O.Reardon|threshold of \d+|single pulses|MEPs?|"
    r"console|methods?|\d+ Hz)\b",
    re.IGNORECASE,
)


def check_doses(passage: Passage) -> Iterator[Finding]:
    """Find dose numbers that stand in no frame: no device, protocol, order, study or worked example is named."""
    text = without_quotations(passage.text)
    match = DOSE.search(text)
    rest = DOSE.sub(" ", text) if passage.kind != "table" else text
    if match and passage.claims and not NAMED.search(f"{passage.frame} {rest}"):
        message = f"«{match[0]}» names no device, protocol, order or study"
        yield Finding(passage.file, passage.line, "dose", passage.code, message)
