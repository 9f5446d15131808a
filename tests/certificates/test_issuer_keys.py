import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtensionOID
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from certificates.badge_keys import badge_identity
from certificates.development_keys import DEVELOPMENT_MARK
from certificates.issuer_keys import SigningIdentity, open_identity, signing_identity, trusted_roots
from certificates.log_keys import log_identity
from tests.factories.issuer_keys import write_badge_key, write_key


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> Path:
    """A site that has no key yet."""
    settings.ISSUER_KEY_FILE = str(tmp_path / "keys" / "issuer.p12")
    settings.BADGE_KEY_FILE = str(tmp_path / "keys" / "badge.p12")
    settings.LOG_KEY_FILE = str(tmp_path / "keys" / "log.p12")
    settings.ISSUER_ROOT_FILE = str(tmp_path / "pki" / "root.pem")
    return Path(settings.ISSUER_KEY_FILE)


@pytest.fixture
def identity(place: Path) -> SigningIdentity:
    return signing_identity()


def test_a_development_key_is_made_on_first_use(identity: SigningIdentity, place: Path) -> None:
    assert identity.is_development
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert DEVELOPMENT_MARK in [unit.value for unit in identity.certificate.subject]


def test_the_key_is_stored_encrypted_and_never_shown(identity: SigningIdentity, place: Path, settings: Any) -> None:
    assert "private_key" not in repr(identity)
    settings.ISSUER_KEY_PASSPHRASE = "wrong"
    with pytest.raises(ImproperlyConfigured, match="ISSUER_KEY_PASSPHRASE"):
        open_identity(place)


def test_the_chain_leads_to_the_published_root(identity: SigningIdentity) -> None:
    [root] = trusted_roots()
    middle = next(item for item in identity.chain if item.subject == identity.certificate.issuer)
    identity.certificate.verify_directly_issued_by(middle)
    middle.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


def test_usage_of_the_signer(identity: SigningIdentity) -> None:
    usage = identity.certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert (usage.value.digital_signature, usage.value.content_commitment, usage.value.key_cert_sign) == (
        True,
        True,
        False,
    )
    purposes = identity.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert sorted(item.dotted_string for item in purposes) == ["1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4"]
    for name in (ExtensionOID.SUBJECT_KEY_IDENTIFIER, ExtensionOID.AUTHORITY_KEY_IDENTIFIER):
        assert not identity.certificate.extensions.get_extension_for_oid(name).critical


def test_opening_again_gives_the_same_key(identity: SigningIdentity, place: Path) -> None:
    assert open_identity(place).fingerprint == identity.fingerprint


def test_workers_that_start_together_get_one_key(place: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        fingerprints = {identity.fingerprint for identity in pool.map(lambda _: signing_identity(), range(4))}
    assert fingerprints == {open_identity(place).fingerprint}
    assert [path.name for path in place.parent.iterdir()] == ["issuer.p12"]
    assert len(trusted_roots()) == 1


def test_a_new_key_keeps_the_former_root(identity: SigningIdentity, place: Path, settings: Any) -> None:
    [former] = trusted_roots()
    settings.ISSUER_KEY_FILE = str(place.with_name("second.p12"))
    signing_identity()
    assert trusted_roots()[1:] == [former]


def test_a_key_that_others_can_read_is_refused(identity: SigningIdentity, place: Path) -> None:
    place.chmod(0o640)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        open_identity(place)


def test_no_passphrase_no_key(place: Path, settings: Any) -> None:
    settings.ISSUER_KEY_PASSPHRASE = ""
    with pytest.raises(ImproperlyConfigured, match="ISSUER_KEY_PASSPHRASE"):
        signing_identity()
    assert not place.exists()


def found_errors() -> list[str | None]:
    return [message.id for message in run_checks() if str(message.id).startswith("certificates.")]


def test_operation_refuses_a_missing_key(place: Path, settings: Any) -> None:
    settings.ISSUER_DEVELOPMENT_KEY = False
    assert found_errors() == ["certificates.E001", "certificates.E003", "certificates.E005"]
    with pytest.raises(ImproperlyConfigured, match="no issuer's key"):
        signing_identity()


def test_operation_refuses_a_development_key(identity: SigningIdentity, place: Path, settings: Any) -> None:
    badge_identity()
    log_identity()
    settings.ISSUER_DEVELOPMENT_KEY = False
    assert found_errors() == ["certificates.E002", "certificates.E004", "certificates.E006"]
    with pytest.raises(ImproperlyConfigured, match="development key"):
        open_identity(place)


def test_development_passes_the_check(place: Path) -> None:
    assert found_errors() == []


def test_operation_takes_the_organisations_own_key(place: Path, settings: Any) -> None:
    settings.ISSUER_DEVELOPMENT_KEY = False
    write_key(place, settings.ISSUER_KEY_PASSPHRASE)
    write_badge_key(Path(settings.BADGE_KEY_FILE), settings.ISSUER_KEY_PASSPHRASE)
    write_badge_key(Path(settings.LOG_KEY_FILE), settings.ISSUER_KEY_PASSPHRASE)
    assert found_errors() == []
    assert not signing_identity().is_development


def test_a_host_that_does_not_sign(settings: Any) -> None:
    settings.ISSUER_KEY_FILE = ""
    with pytest.raises(ImproperlyConfigured, match="does not sign"):
        signing_identity()
