"""Published test vectors of `eddsa-rdfc-2022`, and one of our own design that two other programs confirmed.

W3C: Data Integrity EdDSA Cryptosuites 1.0, TestVectors/eddsa-rdfc-2022. 1EdTech: Open Badges 3.0 implementation guide,
"Linked Data Proof Test Vector".
"""

from typing import Any

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

W3C_CONTEXTS: dict[str, Any] = {
    "https://www.w3.org/ns/credentials/examples/v2": {
        "@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
    }
}
W3C_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
W3C_DATA = (
    "4c4d3890a157f8d611b13c265c2c22f39aa0a567c7c7dd9ba3e45cd579784eeb"
    "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
)
W3C_SIGNED: dict[str, Any] = {
    "@context": [CREDENTIALS, "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    "proof": {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": f"https://vc.example/issuers/5678#{W3C_KEY}",
        "proofPurpose": "assertionMethod",
        "proofValue": "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9",
    },
}

# The guide names earlier addresses of two contexts; what they define of these terms is the same today. The hashes and
# the signature that it prints belong to an older draft of this document; its canonical forms are those of this one.
ONE_EDTECH_CONTEXTS: dict[str, Any] = {"https://w3id.org/security/data-integrity/v1": {"@context": {}}}
ONE_EDTECH_OLD_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context/ob_v3p0.jsonld"
ONE_EDTECH_SEED = "6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4"
# Signature over the hashes of that older draft, as the guide prints them.
ONE_EDTECH_DATA = (
    "3cf3c265b6c8ebb29b4d5ea310b87d2f31c79b633eff8af561d2e8c97a85c8cb"
    "d994aebd5e53f4af4495dbe9e1155410bae683811107c26acf83671075c163b3"
)
ONE_EDTECH_PROOF_VALUE = "zUSD5bjo6mYV1n9i9E6ZwUiHuj4JyZDjCDfDqoJcPi9XJrc9LYstik9mdBvutdwBdquWXjWrwJDVGJrAarvRs8uD"
ONE_EDTECH_PUBLIC = "4bdeafde2ea8beefadd8c699b5c7e0704cf51154d52e17b20b71337ca04cc5a5"
ONE_EDTECH_KEY = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
ONE_EDTECH_DOCUMENT_FORM = """\
<did:example:ebfeb1f712ebc6f1c276e12ec21> <RDF#type> <OB#AchievementSubject> .
<did:example:ebfeb1f712ebc6f1c276e12ec21> <OB#achievement> <TEAMWORK> .
<http://example.com/credentials/3527> <RDF#type> <OB#OpenBadgeCredential> .
<http://example.com/credentials/3527> <RDF#type> <VC#VerifiableCredential> .
<http://example.com/credentials/3527> <https://schema.org/name> "Teamwork Badge" .
<http://example.com/credentials/3527> <VC#credentialSubject> <did:example:ebfeb1f712ebc6f1c276e12ec21> .
<http://example.com/credentials/3527> <VC#issuer> <https://example.edu/issuers/565049> .
<http://example.com/credentials/3527> <VC#validFrom> "2010-01-01T00:00:00Z"^^<XSD#dateTime> .
<TEAMWORK> <RDF#type> <OB#Achievement> .
<TEAMWORK> <OB#Criteria> _:c14n0 .
<TEAMWORK> <https://schema.org/description> "DESCRIPTION" .
<TEAMWORK> <https://schema.org/name> "Teamwork" .
<https://example.edu/issuers/565049> <RDF#type> <OB#Profile> .
<https://example.edu/issuers/565049> <https://schema.org/name> "Example Corp" .
<https://example.edu/issuers/565049> <https://schema.org/url> "https://www.imsglobal.org"^^<SXSD#anyURI> .
_:c14n0 <OB#narrative> "NARRATIVE" .
"""
ONE_EDTECH_PROOF_FORM = """\
_:c14n0 <http://purl.org/dc/terms/created> "2010-01-01T19:23:24Z"^^<XSD#dateTime> .
_:c14n0 <RDF#type> <SEC#DataIntegrityProof> .
_:c14n0 <SEC#cryptosuite> "eddsa-rdfc-2022"^^<SEC#cryptosuiteString> .
_:c14n0 <SEC#proofPurpose> <SEC#assertionMethod> .
_:c14n0 <SEC#verificationMethod> <https://example.edu/issuers/565049#z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi> .
"""
ABBREVIATIONS = {  # written out in the guide
    "<TEAMWORK>": "<https://example.com/achievements/21st-century-skills/teamwork>",
    "<SXSD#": "<https://www.w3.org/2001/XMLSchema#",
    "<XSD#": "<http://www.w3.org/2001/XMLSchema#",
    "<RDF#": "<http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "<VC#": "<https://www.w3.org/2018/credentials#",
    "<SEC#": "<https://w3id.org/security#",
    "<OB#": "<https://purl.imsglobal.org/spec/vc/ob/vocab.html#",
    "DESCRIPTION": ("This badge recognizes the development of the capacity to collaborate within a group environment."),
    "NARRATIVE": (
        "Team members are nominated for this badge by their peers and recognized upon review by Example Corp "
        "management."
    ),
}
ONE_EDTECH_SIGNED: dict[str, Any] = {
    "@context": [CREDENTIALS, ONE_EDTECH_OLD_BADGES, "https://w3id.org/security/data-integrity/v1"],
    "id": "http://example.com/credentials/3527",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {
        "id": "https://example.edu/issuers/565049",
        "type": ["Profile"],
        "url": "https://www.imsglobal.org",
        "name": "Example Corp",
    },
    "validFrom": "2010-01-01T00:00:00Z",
    "name": "Teamwork Badge",
    "credentialSubject": {
        "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://example.com/achievements/21st-century-skills/teamwork",
            "type": ["Achievement"],
            "criteria": {
                "narrative": (
                    "Team members are nominated for this badge by their peers and recognized upon review by Example "
                    "Corp management."
                )
            },
            "description": (
                "This badge recognizes the development of the capacity to collaborate within a group environment."
            ),
            "name": "Teamwork",
        },
    },
    "proof": {
        "type": "DataIntegrityProof",
        "created": "2010-01-01T19:23:24Z",
        "verificationMethod": f"https://example.edu/issuers/565049#{ONE_EDTECH_KEY}",
        "cryptosuite": "eddsa-rdfc-2022",
        "proofPurpose": "assertionMethod",
        "proofValue": "",
    },
}

OUR_SEED = bytes(range(32))
OUR_KEY = "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
OUR_DOCUMENT_HASH = "85cb236a7c0195ea24c43b85e07cdcea17a67dd9faca3ced3a8ed8de816ec439"
OUR_PROOF_VALUE = "z5QLoGCSDHnJ9iekaNKVjdbmJmdbXhEm3FEZ8L1G3B68Kn7D9vi6pDK3RqwxHdjN4jNZ51WDULT9J534axxHfmxpk"
OUR_DOCUMENT: dict[str, Any] = {
    "@context": [CREDENTIALS, BADGES],
    "id": "https://certs.example.org/credentials/V1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:web:certs.example.org", "type": ["Profile"], "name": "Example Issuer"},
    "validFrom": "2026-01-02T03:04:05Z",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": "Zoë Ångström"}
        ],
        "achievement": {
            "id": "https://certs.example.org/achievements/a1",
            "type": ["Achievement"],
            "name": "Test",
            "description": "Test achievement",
            "criteria": {"narrative": "Pass."},
        },
    },
}
