"""A key may not have a technician diagnose, obtain consent, choose a protocol or change a dose."""

import re
from collections.abc import Iterator

from content.proofreading.findings import Finding
from content.proofreading.passages import Passage, without_quotations

OBJECT = r"(dose|intensity|output|protocol|target|treatment site|number of (pulses|sessions|trains)|threshold)"
# The technician is who acts: an order to the reader, or a sentence about them.
ACTOR = r"(\A\W*|\b(you|technicians?|operators?|and|then|should|may|can|to) )"
DECIDES = re.compile(
    rf"{ACTOR}(change|raise|lower|reduce|increase|adjust|choose|select|pick|switch|move|turn (up|down))s?\b"
    rf"(?=[^.;]*\b{OBJECT}\b)"
    rf"|{ACTOR}(diagnose|prescribe)s?\b|{ACTOR}obtains? (informed )?consent\b"
    rf"|{ACTOR}clears? (the )?(patient|contraindication|implant)"
    rf"|{ACTOR}(stop|skip|start|change|take)s? (the|their|his|her) (medication|medicine|drug|antidepressant)s?\b",
    re.IGNORECASE,
)
# Whoever decides stands in the same sentence, or the act is refused.
BY_OTHERS = re.compile(
    r"\b(physician|doctor|psychiatrist|prescriber|order|ordered|orders|policy|ask|asks|tell|tells|call|calls|report|"
    r"reports|wait|waits|not|never|nobody|without|cannot|same)\b",
    re.IGNORECASE,
)


def check_role(passage: Passage) -> Iterator[Finding]:
    """Find right answers in which a technician decides what is the physician's to decide."""
    if passage.kind != "key":
        return
    for sentence in re.split(r"(?<=[.!?;])\s+", without_quotations(passage.text)):
        match = DECIDES.search(sentence)
        if match and not BY_OTHERS.search(sentence):
            message = f"the right answer has the technician decide («{match[0].strip()}»)"
            yield Finding(passage.file, passage.line, "role", passage.code, message)
