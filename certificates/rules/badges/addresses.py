"""Where the parts of a badge are found, all made from the site's own address."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from certificates.rules.badges.status_list import Purpose


@dataclass(frozen=True)
class Addresses:
    """Addresses of an issuer whose site is at `site`, such as `https://certs.example.org`, without a slash behind."""

    site: str

    @property
    def did(self) -> str:
        """The issuer's decentralised identifier; a port is written with `%3A` (did:web, section 3.1).

        `https://certs.example.org` is `did:web:certs.example.org`, whose document is at `/.well-known/did.json`.
        """
        return f"did:web:{quote(urlsplit(self.site).netloc, safe='')}"

    def method(self, multikey: str) -> str:
        """Name the verification method of a key of ours."""
        return f"{self.did}#{multikey}"

    def credential(self, identifier: str) -> str:
        """Where anybody gets the badge itself."""
        return f"{self.site}/credentials/{identifier}"

    def criteria(self, programme: str, version: str) -> str:
        """Where people read what had to be done."""
        return f"{self.site}/achievements/{quote(programme)}/{quote(version, safe='')}/"

    def achievement(self, programme: str, version: str) -> str:
        """Where machines read the same."""
        return f"{self.criteria(programme, version)}achievement.json"

    def status_list(self, purpose: Purpose, number: int) -> str:
        """Where a status list is."""
        return f"{self.site}/status/{purpose.value}/{number}"
