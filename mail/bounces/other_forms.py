"""The many other forms of reports, as flufl.bounce knows them; each of its detectors alone, since some of them raise.

Its list of detectors is private: the version is pinned, and a test tells when the list changes its shape. LLNL is left
out, which takes any address between angle brackets for a failed one.
"""

import logging
from collections.abc import Sequence
from email.message import Message

from flufl.bounce import _scan
from flufl.bounce._interfaces import BounceDetector

from mail.bounces.addresses import addresses_in

_LEFT_OUT = {"LLNL", "DSN"}  # the standard form is read before
_ALL = tuple(each for each in _scan._DETECTORS if each.__name__ not in _LEFT_OUT)
EXACT = tuple(
    each for each in _ALL if not each.__name__.startswith("Simple")
)  # each knows one program's form
GENERAL = tuple(each for each in _ALL if each not in EXACT)

logging.getLogger("flufl.bounce").setLevel(logging.WARNING)


def known_to(detectors: Sequence[type[BounceDetector]], message: Message) -> tuple[list[str], list[str]]:
    """Addresses that the first of the detectors to know any knows: delayed, and failed. Never raises."""
    for detector in detectors:
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
