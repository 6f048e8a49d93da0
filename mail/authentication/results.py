"""What our own MTA found out about a mail's sender: the Authentication-Results (RFC 8601) that carry our id, and no others.

Anybody can write such a field into their mail, our id in it. Ours is the topmost: above our MTA's Received, or right below
it, as its filters do. An MTA must take out those that come with a mail and bear its id (RFC 8601 5).
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from email.message import Message
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from mail.authentication.domains import aligned, ascii_domain
from mail.authentication.result_fields import LONGEST, MOST_RESULTS, Result, read_field
from mail.trust import Trust

MOST_FIELDS = 20

_NETWORKS = tuple(
    ip_network(each)
    for each in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip
# With brackets or without: a client may call itself [127.0.0.1], and what it really is stands beside it in either form.
_ADDRESS = re.compile(r"(?<![\w.:])(?:IPv6:)?([0-9A-Fa-f.:]{3,45})(?![\w.:])", re.IGNORECASE)
_BY = re.compile(r"\sby\s", re.IGNORECASE)


def trust_in(headers: Message, from_domain: str, authserv_id: str) -> Trust:
    """How far the From of this domain is believed, by the results that carry our id. Never raises."""
    found = our_results(headers, authserv_id)
    domain = ascii_domain(from_domain)
    if not domain:
        return Trust.UNPROVED
    verdicts = {each.verdict for each in found if each.method == "dmarc" and _names(each, domain)}
    if "fail" in verdicts:
        return Trust.FAILED
    speaks = "pass" in verdicts or any(_speaks_for(each, domain) for each in found)
    return Trust.PROVED if speaks else Trust.UNPROVED


def our_results(headers: Message, authserv_id: str) -> tuple[Result, ...]:
    """The results of our fields at the top, of each method those of the topmost field that has it: a filter adds on top.

    So what our filters said stands, even where one below it came with the mail. A failure counts wherever it is.
    """
    found: list[Result] = []
    told: set[str] = set()
    for value in _at_the_top(headers):
        said, results = read_field(value)
        if not said or said != authserv_id.casefold():
            continue
        found += [each for each in results if each.method not in told or each.verdict == "fail"]
        told.update(each.method for each in results)
    return tuple(found[:MOST_RESULTS])


def _at_the_top(headers: Message) -> list[str]:
    """Our MTA's own fields: those above its Received, else those right below it, above the next.

    A filter puts them into either place. A Received on top of one hop inside to the next does not count.
    """
    blocks: list[list[str]] = [[], []]
    at = seen = 0
    for name, value in headers.items():
        folded = name.casefold()
        if folded == "received" and at == 1:
            break
        if folded == "received":
            at = 0 if _inside(str(value)) else 1
        elif folded == "authentication-results":
            seen += 1
            if seen > MOST_FIELDS:
                break
            blocks[at].append(str(value))
    return blocks[0] or blocks[1]


def _inside(received: str) -> bool:
    """Whether a Received tells of a hop within the machine or its own network: all addresses of its client are of there."""
    said = received[:LONGEST].strip()
    if said[:3].casefold() in {"by ", "(fr", "(by"}:  # nobody connected
        return True
    hosts = list(_addresses(_BY.split(said, maxsplit=1)[0]))
    return bool(hosts) and all(_is_inside(host) for host in hosts)


def _addresses(text: str) -> Iterator[IPv4Address | IPv6Address]:
    for host in _ADDRESS.findall(text):
        with suppress(ValueError):
            yield ip_address(host)


def _is_inside(address: IPv4Address | IPv6Address) -> bool:
    return any(address.version == net.version and address in net for net in _NETWORKS)


def _names(result: Result, from_domain: str) -> bool:
    """DMARC has looked at alignment itself; its verdict counts for the domain it names, "" for the From's."""
    said = result.properties.get("header.from", "")
    return not said or ascii_domain(said.rpartition("@")[2]) == from_domain


def _speaks_for(result: Result, from_domain: str) -> bool:
    """SPF or DKIM passed for the From's own organisation (RFC 7489 3.1, relaxed)."""
    if result.verdict != "pass":
        return False
    if result.method == "dkim":
        domain = result.properties.get("header.d") or result.properties.get("header.i", "")
    elif result.method == "spf":
        domain = result.properties.get("smtp.mailfrom") or result.properties.get("smtp.mail", "")
    else:
        return False
    return aligned(domain.rpartition("@")[2], from_domain)
