"""From which networks an exam may be taken."""

import ipaddress
from collections.abc import Iterable

MOST_RANGES = 50
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def read_ranges(text: str) -> tuple[str, ...]:
    """Read networks written one a line or with commas: "192.0.2.0/24", "2001:db8::/32", a single address.

    Raises `ValueError` with a sentence that names the first line that is none.
    """
    words = [word for word in text.replace(",", " ").split() if word]
    if len(words) > MOST_RANGES:
        raise ValueError(f"These are more than {MOST_RANGES} networks. Join neighbours into larger ones.")
    return tuple(dict.fromkeys(_network(word) for word in words))


def _network(word: str) -> str:
    try:
        return str(ipaddress.ip_network(word))
    except ValueError:
        pass
    try:
        meant = ipaddress.ip_network(word, strict=False)
    except ValueError:
        raise ValueError(f"“{word[:60]}” is not a network. Write it as 192.0.2.0/24 or 2001:db8::/32.") from None
    raise ValueError(f"“{word}” is an address inside a network. If you mean the whole network, write {meant}.")


def is_inside(address: str, ranges: Iterable[str]) -> bool:
    """Whether a client's address lies in one of the networks; an IPv4 address wrapped in IPv6 counts as IPv4."""
    try:
        client = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(client, ipaddress.IPv6Address) and client.ipv4_mapped:
        client = client.ipv4_mapped
    return any(client in ipaddress.ip_network(network) for network in ranges)
