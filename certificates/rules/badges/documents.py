"""What the documents around a badge say, before they are signed.

Sources: Open Badges Specification 3.0 (1EdTech), appendix B; W3C Verifiable Credentials Data Model 2.0; W3C Bitstring
Status List 1.0; did:web Method Specification. A property that occurs more than once is always a list, and what is
empty is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from hashlib import sha256
from typing import Any

from certificates.rules.badges.addresses import Addresses
from certificates.rules.badges.canonical import CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT
from certificates.rules.badges.proof import timestamp
from certificates.rules.badges.status_list import Purpose, encode
from certificates.rules.record import CredentialRecord

DID_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
ACHIEVEMENT_TYPE = "CertificateOfCompletion"
PARTS = {"course": "Course", "exam": "Knowledge exam", "practical": "Practical at the chair"}


@dataclass(frozen=True)
class Achievement:
    """What a badge is given for: one programme in one version of its curriculum."""

    code: str
    title: str
    version: str

    @property
    def name(self) -> str:
        """The name that wallets show."""
        return f"{self.title}, certificate of completion"

    @property
    def description(self) -> str:
        """What the badge says of its holder, in a sentence that claims no more."""
        return (
            f"The holder completed the programme “{self.title}” (curriculum {self.version}) and passed its knowledge "
            "exam and its practical. It is a certificate of completion, not a licence to practise."
        )

    @property
    def criteria(self) -> tuple[str, ...]:
        """What had to be done, as the eligibility rule demands it: one sentence for each part."""
        return (
            f"Complete every lesson of the course, curriculum {self.version}.",
            "Pass the knowledge exam: reach its cut score in one attempt.",
            "Pass every station of the practical at the chair in one practical, observed and signed by an instructor.",
        )


@dataclass(frozen=True)
class Place:
    """The place of a badge in the status lists of both purposes."""

    number: int
    index: int


@dataclass(frozen=True)
class Holder:
    """How a badge names its holder: by a salted digest of the e-mail address, which only who knows it can compare."""

    email: str
    salt: str

    @property
    def identity_hash(self) -> str:
        """`sha256$` and the hex digits of SHA-256(address, then salt)."""
        return f"sha256${sha256((self.email + self.salt).encode()).hexdigest()}"


def profile(addresses: Addresses, name: str) -> dict[str, Any]:
    """Describe the issuer."""
    return {"id": addresses.did, "type": ["Profile"], "name": name, "url": addresses.site}


def achievement(addresses: Addresses, given_for: Achievement) -> dict[str, Any]:
    """Describe what had to be done, and what results a badge can name."""
    address = addresses.achievement(given_for.code, given_for.version)
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": ACHIEVEMENT_TYPE,
        "name": given_for.name,
        "description": given_for.description,
        "criteria": {
            "id": addresses.criteria(given_for.code, given_for.version),
            "narrative": " ".join(given_for.criteria),
        },
        "version": given_for.version,
        "resultDescription": [
            {"id": f"{address}#{part}", "type": ["ResultDescription"], "name": name, "resultType": "Status"}
            for part, name in PARTS.items()
        ],
    }


def badge(
    record: CredentialRecord,
    *,
    addresses: Addresses,
    identifier: str,
    given_for: Achievement,
    holder: Holder,
    place: Place,
    issued_at: datetime,
    awarded_at: datetime,
    zone: tzinfo,
) -> dict[str, Any]:
    """Write the badge of a credential; `zone` is the one in which the last day of validity is counted.

    `issued_at` tells editions apart, `awarded_at` is the moment of the award, which a later edition keeps.

    The holder's name is not in it: the page of the number shows that.
    """
    described = achievement(addresses, given_for)
    document: dict[str, Any] = {
        "@context": [CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT],
        "id": addresses.credential(identifier),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": profile(addresses, record.issuer.name),
        "validFrom": timestamp(issued_at),
        "awardedDate": timestamp(awarded_at),
        "name": given_for.name,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityType": "emailAddress",
                    "hashed": True,
                    "identityHash": holder.identity_hash,
                    "salt": holder.salt,
                }
            ],
            "licenseNumber": record.number,
            "achievement": described,
            "result": [
                {"type": ["Result"], "resultDescription": f"{described['id']}#{part.part}", "status": "Completed"}
                for part in record.assessed
            ],
        },
        "credentialStatus": [_entry(addresses, purpose, place) for purpose in Purpose],
    }
    if record.valid_until is not None:
        next_day = datetime.combine(record.valid_until + timedelta(days=1), time.min, zone)
        document["validUntil"] = timestamp(next_day - timedelta(seconds=1))
    return document


def status_list(
    addresses: Addresses,
    purpose: Purpose,
    number: int,
    *,
    places: Iterable[int],
    valid_from: datetime,
    valid_until: datetime,
) -> dict[str, Any]:
    """Write the list in which the bits of these places are set."""
    address = addresses.status_list(purpose, number)
    return {
        "@context": [CREDENTIALS_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": addresses.did,
        "validFrom": timestamp(valid_from),
        "validUntil": timestamp(valid_until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "encodedList": encode(places),
        },
    }


def did_document(addresses: Addresses, multikeys: Iterable[str]) -> dict[str, Any]:
    """Name every key under which a badge of this issuer may stand, retired ones included."""
    names = list(multikeys)
    return {
        "@context": DID_CONTEXTS,
        "id": addresses.did,
        "verificationMethod": [
            {
                "id": addresses.method(name),
                "type": "Multikey",
                "controller": addresses.did,
                "publicKeyMultibase": name,
            }
            for name in names
        ],
        "assertionMethod": [addresses.method(name) for name in names],
    }


def _entry(addresses: Addresses, purpose: Purpose, place: Place) -> dict[str, Any]:
    address = addresses.status_list(purpose, place.number)
    return {
        "id": f"{address}#{place.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose.value,
        "statusListIndex": str(place.index),
        "statusListCredential": address,
    }
