"""The DNS as the checks of one mail ask it: with a bound on the time of all of them together, and a memory between mails."""

import time
from typing import Any

import dns.exception
import dns.resolver

SECONDS = 3.0  # for everything that one mail asks
A_QUESTION = 1.5
REMEMBERED = 2_000  # answers, each as long as its own time to live


class Unanswered(Exception):
    """The DNS said neither yes nor no."""


def resolver_of(nameservers: tuple[str, ...] = (), port: int = 53) -> dns.resolver.Resolver:
    """The machine's own resolver, or the given servers. Raises OSError where the machine has none."""
    try:
        resolver = dns.resolver.Resolver(configure=not nameservers)
    except dns.resolver.NoResolverConfiguration as error:
        raise OSError("this machine has no name servers set up (/etc/resolv.conf)") from error
    if nameservers:
        resolver.nameservers, resolver.port = list(nameservers), port
    resolver.cache = dns.resolver.LRUCache(REMEMBERED)
    return resolver


class Names:
    """One mail's questions. `in_doubt`: some were left unanswered."""

    def __init__(self, resolver: dns.resolver.Resolver, *, seconds: float = SECONDS) -> None:
        self._resolver = resolver
        self._until = time.monotonic() + seconds
        self.in_doubt = False

    def texts(self, name: str) -> tuple[str, ...]:
        """TXT records, each put together; () where there are none. Raises Unanswered."""
        return tuple(
            b"".join(record.strings).decode("utf-8", "replace") for record in self._records(name, "TXT")
        )

    def for_dkim(self, name: bytes | str, timeout: float = 0) -> bytes | None:
        """The key record, or None: dkimpy takes that for no key."""
        plain = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        try:
            found = self.texts(plain)
        except Unanswered:
            return None
        return found[0].encode("utf-8") if found else None

    def for_spf(self, name: str, kind: str) -> list[Any]:
        """As pyspf has its records. Raises Unanswered."""
        records = self._records(name, kind)
        match kind:
            case "TXT" | "SPF":
                return [record.strings for record in records]
            case "MX":
                return [(record.preference, record.exchange.to_text(True)) for record in records]
            case "PTR":
                return [record.target.to_text(True) for record in records]
            case _:
                return [record.address for record in records]

    def _records(self, name: str, kind: str) -> list[Any]:
        left = self._until - time.monotonic()
        if left <= 0:
            self.in_doubt = True
            raise Unanswered(kind)
        try:
            answer = self._resolver.resolve(
                name.rstrip(".") + ".", kind, raise_on_no_answer=False, lifetime=min(left, A_QUESTION)
            )
        except dns.resolver.NXDOMAIN:
            return []
        except (dns.exception.DNSException, OSError, ValueError) as error:
            self.in_doubt = True
            raise Unanswered(kind) from error
        return list(answer.rrset or ())
