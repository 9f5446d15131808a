"""The few words that answer a check, the same on every page, each explained once."""

from dataclasses import dataclass

from certificates.answers import Result
from certificates.rules.names import NameMatch
from certificates.rules.validity import Status


@dataclass(frozen=True)
class Word:
    """How an answer is shown: word, colour and symbol together, so that none of them is needed alone."""

    word: str
    tone: str
    icon: str
    sentence: str
    meaning: str = ""


STATUS_WORDS: dict[Status, Word] = {
    Status.VALID: Word(
        "Valid",
        "good",
        "tick",
        "The register lists this certificate as valid.",
        "The holder completed the programme and passed its assessments, and may say so and show the certificate.",
    ),
    Status.EXPIRED: Word(
        "Expired",
        "attention",
        "clock",
        "The end date of this certificate has passed.",
        "The certificate had an end date, and it has passed. The holder may say that it was held until then.",
    ),
    Status.SUSPENDED: Word(
        "Suspended",
        "bad",
        "stop",
        "This certificate is out of force for now.",
        "The issuer took the certificate out of force while a question about it is settled. It may come back into "
        "force or be revoked. Until then the holder may not show it.",
    ),
    Status.SUPERSEDED: Word(
        "Superseded",
        "attention",
        "clock",
        "This certificate was replaced by a newer one. Ask the holder for it.",
        "The issuer issued the certificate again, for example because the holder’s name changed. The newer one has "
        "another number, which only the holder can give you. This one counts no more.",
    ),
    Status.REVOKED: Word(
        "Revoked",
        "bad",
        "stop",
        "The issuer took this certificate back.",
        "The issuer took the certificate back for good. The holder may no longer show it.",
    ),
    Status.UNKNOWN: Word(
        "Not found",
        "neutral",
        "question",
        "The register holds no certificate with this number.",
        "No certificate has this number. It says nothing about any person.",
    ),
}

RESULT_WORDS: dict[Result, Word] = {
    Result.ALTERED: Word("Altered", "bad", "stop", ""),
    Result.NOT_OURS: Word("Not ours", "attention", "cross", ""),
    Result.UNKNOWN: Word("Not confirmed", "neutral", "question", ""),
}

NAME_WORDS: dict[NameMatch, Word] = {
    NameMatch.SAME: Word("The names are the same", "good", "tick", "The register has the name that you typed."),
    NameMatch.ALIKE: Word(
        "The names are alike",
        "attention",
        "question",
        "They differ in spelling, in order, or by a part that is missing or shortened. Compare them with a document.",
    ),
    NameMatch.DIFFERENT: Word(
        "The names differ",
        "bad",
        "stop",
        "It may be another person’s certificate, or the name has changed since. Ask for a document that shows both "
        "names before you rely on it.",
    ),
}
