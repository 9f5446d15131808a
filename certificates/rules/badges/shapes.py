"""The exact shape of a badge and of a status list of ours: no property more, no other type, no other form of a value.

A looser reader would believe what no signature covers. Shapes are those that `documents` writes, and names are those of
the standards.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

LARGEST = 64 * 1024  # bytes; ours have about 4,000, a full status list about 30,000


def read_moment(text: str) -> datetime:
    """Read a moment in UTC. Raises `ValueError` for one that no calendar has, such as a thirteenth month."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _on_the_calendar(text: str) -> str:
    read_moment(text)
    return text


Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Address = Annotated[str, StringConstraints(pattern=r"\A(https?://|did:web:)[!-~]+\z", max_length=500)]
Moment = Annotated[
    str,
    StringConstraints(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\z"),
    AfterValidator(_on_the_calendar),
]
Multibase = Annotated[str, StringConstraints(pattern=r"\Az[1-9A-HJ-NP-Za-km-z]{1,199}\z")]
ListIndex = Annotated[str, StringConstraints(pattern=r"\A(0|[1-9][0-9]{0,5})\z")]


class Shape(BaseModel):
    """Strict, and without further properties."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Proof(Shape):
    """A Data Integrity proof."""

    type: Literal["DataIntegrityProof"]
    cryptosuite: Literal["eddsa-rdfc-2022"]
    created: Moment
    verificationMethod: Address
    proofPurpose: Literal["assertionMethod"]
    proofValue: Multibase


class Profile(Shape):
    """The issuer."""

    id: Address
    type: tuple[Literal["Profile"]]
    name: Text
    url: Address


class Criteria(Shape):
    """What had to be done."""

    id: Address
    narrative: Text


class ResultDescription(Shape):
    """One kind of result."""

    id: Address
    type: tuple[Literal["ResultDescription"]]
    name: Text
    resultType: Literal["Status"]


class AchievementShape(Shape):
    """What the badge is given for."""

    id: Address
    type: tuple[Literal["Achievement"]]
    achievementType: Literal["CertificateOfCompletion"]
    name: Text
    description: Text
    criteria: Criteria
    version: Text
    resultDescription: Annotated[tuple[ResultDescription, ...], Field(min_length=1, max_length=20)]


class IdentityObject(Shape):
    """The holder, by a salted digest."""

    type: Literal["IdentityObject"]
    identityType: Literal["emailAddress"]
    hashed: Literal[True]
    identityHash: Annotated[str, StringConstraints(pattern=r"\Asha256\$[0-9a-f]{64}\z")]
    salt: Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{32}\z")]


class Result(Shape):
    """One thing that the holder completed."""

    type: tuple[Literal["Result"]]
    resultDescription: Address
    status: Literal["Completed"]


class Subject(Shape):
    """Who has achieved what."""

    type: tuple[Literal["AchievementSubject"]]
    identifier: tuple[IdentityObject]
    licenseNumber: Text
    achievement: AchievementShape
    result: Annotated[tuple[Result, ...], Field(min_length=1, max_length=20)]


class StatusEntry(Shape):
    """Where the status of the badge stands."""

    id: Address
    type: Literal["BitstringStatusListEntry"]
    statusPurpose: str
    statusListIndex: ListIndex
    statusListCredential: Address


class RevocationEntry(StatusEntry):
    """Where it says whether the badge was taken back."""

    statusPurpose: Literal["revocation"]


class SuspensionEntry(StatusEntry):
    """Where it says whether the badge is out of force for now."""

    statusPurpose: Literal["suspension"]


class BadgeShape(Shape):
    """A signed badge."""

    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"],
        Literal["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    ] = Field(alias="@context")
    id: Address
    type: tuple[Literal["VerifiableCredential"], Literal["OpenBadgeCredential"]]
    issuer: Profile
    validFrom: Moment
    validUntil: Moment = ""  # empty: no end
    awardedDate: Moment
    name: Text
    credentialSubject: Subject
    credentialStatus: tuple[RevocationEntry, SuspensionEntry]
    proof: Proof


class ListSubject(Shape):
    """The bits."""

    id: Address
    type: Literal["BitstringStatusList"]
    statusPurpose: Literal["revocation", "suspension"]
    encodedList: Annotated[str, StringConstraints(pattern=r"\Au[A-Za-z0-9_-]+\z")]


class StatusListShape(Shape):
    """A signed status list."""

    context: tuple[Literal["https://www.w3.org/ns/credentials/v2"]] = Field(alias="@context")
    id: Address
    type: tuple[Literal["VerifiableCredential"], Literal["BitstringStatusListCredential"]]
    issuer: Address
    validFrom: Moment
    validUntil: Moment
    credentialSubject: ListSubject
    proof: Proof
