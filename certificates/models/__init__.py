"""Rows of what was awarded, the files and badges that show it, and what was taken back."""

from certificates.models.badges import Badge, BadgeKey, StatusList
from certificates.models.credentials import (
    CertificateFile,
    Credential,
    CredentialQuerySet,
    Doubt,
    IssuerKey,
    Kind,
    Revocation,
)
from certificates.models.evidential import Evidential
from certificates.models.issuance import IssuanceHold, ReissueRequest
from certificates.models.register import LogCheckpoint, LogEntry, LogKey, TileRoot
from certificates.models.suspensions import SuspensionAct, SuspensionEvent
from certificates.models.watches import Watch

__all__ = [
    "Badge",
    "BadgeKey",
    "CertificateFile",
    "Credential",
    "CredentialQuerySet",
    "Doubt",
    "Evidential",
    "IssuanceHold",
    "IssuerKey",
    "Kind",
    "LogCheckpoint",
    "LogEntry",
    "LogKey",
    "ReissueRequest",
    "Revocation",
    "StatusList",
    "SuspensionAct",
    "SuspensionEvent",
    "TileRoot",
    "Watch",
]
