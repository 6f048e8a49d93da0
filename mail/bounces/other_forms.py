"""The many other forms of reports, as flufl.bounce knows them; each of its detectors alone, since some of them raise.

Its list of detectors is private: the version is pinned, and a test tells when the list changes its shape. LLNL is left
out, which takes any address between angle brackets for a failed one.
"""

import logging
from email.message import Message

from flufl.bounce import _scan

from mail.bounces.addresses import addresses_in

_LEFT_OUT = {"LLNL", "DSN"}  # the standard form is read before
DETECTORS = tuple(each for each in _scan._DETECTORS if each.__name__ not in _LEFT_OUT)

logging.getLogger("flufl.bounce").setLevel(logging.WARNING)


def known_otherwise(message: Message) -> tuple[list[str], list[str]]:
    """Addresses that one of the detectors knows: delayed, and failed. Never raises."""
    for detector in DETECTORS:
        try:
            delayed, failed = detector().process(message)
        except Exception:  # noqa: BLE001, S112 - it may stumble over anything a stranger sent
            continue
        if delayed or failed:
            return _readable(delayed), _readable(failed)
    return [], []


def _readable(found: object) -> list[str]:
    said = (
        sorted(each.decode("latin-1", "replace") for each in found if isinstance(each, bytes))
        if isinstance(found, (set, frozenset))
        else []
    )
    return [address for each in said for address in addresses_in(each)[:1]]
