"""The badges of the story beside what they are checked by, for programs of others to judge (`.ci/badges/`)."""

import json
from http import HTTPStatus
from pathlib import Path

from certificates.models import Badge, Credential
from lms.demo.site import fetch
from lms.demo.story import Scene, StepFailed


def lay_out_badges(scene: Scene, *, valid: Credential, revoked: Credential) -> Path:
    """Fetch both badges, the issuer's keys and the status lists as a stranger, and put them into one folder.

    Raises `StepFailed` when the site does not serve one of them.
    """
    folder = scene.var_dir / "demo" / "badges"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "did.json").write_bytes(_served(f"{scene.site_url}/.well-known/did.json"))
    for name, credential in (("valid", valid), ("revoked", revoked)):
        badge = json.loads(bytes(Badge.objects.get(credential=credential).content))
        (folder / f"{name}.json").write_bytes(_served(badge["id"]))
        for entry in badge["credentialStatus"]:
            (folder / f"status-{entry['statusPurpose']}.json").write_bytes(_served(entry["statusListCredential"]))
    return folder


def _served(address: str) -> bytes:
    code, content = fetch(address, accept="application/json")
    if code != HTTPStatus.OK:
        raise StepFailed(f"{address} answered {code}.")
    return content
