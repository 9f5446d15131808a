"""A chain of test keys, made on first start so that development and demonstration can sign.

Root, intermediate and signer say in their names that they are for development. The keys of the two authorities are
thrown away at once: nothing else can ever be issued under this root.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DEVELOPMENT_MARK = "Development key, not valid outside tests"
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_YEARS = {"Root": 20, "Intermediate": 15, "Signer": 10}


@dataclass(frozen=True)
class Chain:
    """A signer's key with the certificates from it up to the root."""

    private_key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    intermediate: x509.Certificate
    root: x509.Certificate


def make_chain(issuer_name: str, now: datetime) -> Chain:
    """Make root, intermediate and signer (P-256) for an organisation, valid from `now` less one hour."""
    root_key, middle_key, signer_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    root_name, middle_name, signer_name = (_name(issuer_name, part) for part in _YEARS)
    root = _authority(root_name, root_name, root_key, root_key, now, years=_YEARS["Root"], below=1)
    middle = _authority(middle_name, root_name, middle_key, root_key, now, years=_YEARS["Intermediate"], below=0)
    return Chain(signer_key, _signer(signer_name, middle_name, signer_key, middle_key, now), middle, root)


def make_ed25519_key(use: str, now: datetime) -> tuple[ed25519.Ed25519PrivateKey, x509.Certificate]:
    """Make a key for a use, such as "Badges", with the certificate that marks it as one for development."""
    key = ed25519.Ed25519PrivateKey.generate()
    name = _name("Threshold", use)
    years = now - timedelta(hours=1), now + timedelta(days=365 * _YEARS["Signer"])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), *years)
    return key, builder.sign(key, None)


def is_development(certificate: x509.Certificate) -> bool:
    """Say whether a certificate or its issuer carries the mark of a test key."""
    units = [
        *certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME),
        *certificate.issuer.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME),
    ]
    return any(unit.value == DEVELOPMENT_MARK for unit in units)


def _name(issuer_name: str, part: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, issuer_name[:64]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, DEVELOPMENT_MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Threshold development {part.lower()}"),
        ]
    )


def _authority(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    years: int,
    below: int,
) -> x509.Certificate:
    builder = _builder(subject, issuer, key, issuer_key, now, years)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
    usage = _key_usage(key_cert_sign=True, crl_sign=True)
    return builder.add_extension(usage, critical=True).sign(issuer_key, hashes.SHA256())


def _signer(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    builder = _builder(subject, issuer, key, issuer_key, now, _YEARS["Signer"])
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    usage = _key_usage(digital_signature=True, content_commitment=True)
    # NSS (Firefox, poppler, Okular) refuses document signing alone; it wants the e-mail purpose beside it.
    purposes = x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])
    builder = builder.add_extension(usage, critical=True).add_extension(purposes, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    years: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )


def _key_usage(**on: bool) -> x509.KeyUsage:
    names = [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ]
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})
