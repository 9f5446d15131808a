"""Ed25519 keys and signatures as text: base58btc with the sign `z` in front.

Source: W3C Controlled Identifiers 1.0, sections Multibase and Multikey. A public key is preceded by the two bytes
0xed 0x01, which say "Ed25519 public key". The key whose seed is the bytes 00 to 1f is written
`z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd`.
"""

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SIGN = "z"
ED25519_PUBLIC_KEY = b"\xed\x01"
KEY_LENGTH = 32  # bytes
LONGEST_TEXT = 200  # characters; a signature has 89 at most


def encode(content: bytes) -> str:
    """Write bytes as multibase text; each leading zero byte is a leading `1`."""
    value, digits = int.from_bytes(content), ""
    while value:
        value, digit = divmod(value, 58)
        digits = ALPHABET[digit] + digits
    zeros = len(content) - len(content.lstrip(b"\0"))
    return SIGN + ALPHABET[0] * zeros + digits


def decode(text: str) -> bytes:
    """Read multibase text. Raises `ValueError` for another base, other characters, or more than 200 of them."""
    if not text.startswith(SIGN) or len(text) > LONGEST_TEXT:
        raise ValueError("This is not base58btc text.")
    digits, value = text[1:], 0
    for character in digits:
        value = value * 58 + ALPHABET.index(character)
    zeros = len(digits) - len(digits.lstrip(ALPHABET[0]))
    return b"\0" * zeros + value.to_bytes((value.bit_length() + 7) // 8)


def encode_public_key(key: bytes) -> str:
    """Write the 32 bytes of an Ed25519 public key as a multikey."""
    return encode(ED25519_PUBLIC_KEY + key)


def decode_public_key(text: str) -> bytes:
    """Read a multikey. Raises `ValueError` when it holds anything but an Ed25519 public key."""
    content = decode(text)
    kind, key = content[: len(ED25519_PUBLIC_KEY)], content[len(ED25519_PUBLIC_KEY) :]
    if kind != ED25519_PUBLIC_KEY or len(key) != KEY_LENGTH:
        raise ValueError("This is not an Ed25519 public key.")
    return key
