"""How fast a broadcast goes out, each mail personalised and on the disk, beside bare limits and the obvious stack; who waits
meanwhile, what memory it takes, and whether it keeps to the pace it was told.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import campaign_region
from tests.bench.accepting import verdict
from tests.bench.mail_sink import SINK, our_sink, sink
from tests.bench.peers.peer import NotMeasured
from tests.bench.trials import in_process

A_SECOND = 3_000  # mails, at least, unsigned
OF_BARE, OF_SIGNING = 0.35, 0.4  # of what a bare sender does, and of bare signatures, at least
WAIT = 300  # milliseconds that an ask may take while a broadcast drains, p99
GROWTH = 50  # MB up or down
PACE, WINDOW, OFF = 50, 10, 0.05  # mails a second, and over any so many seconds so much beside it at most


MAILMAN = "MAILMAN"  # the setting that names its Python: a virtual environment of its own


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many mails each part is measured on; the pace for so many seconds."""

    ours: int = 20_000
    bare: int = 20_000
    peers: int = 300
    drained: int = 50_000
    large: int = 200_000
    seconds: int = 40
    runs: int = 2


def report(sizes: Sizes | None = None) -> Iterator[str]:
    sizes = sizes or Sizes()
    with tempfile.TemporaryDirectory(prefix="whodoes-bench-") as name:
        folder = Path(name)
        yield from _speed(folder, sizes)
        yield from _asks(folder, sizes)
        yield from _memory(folder, sizes)
        yield from _pace(folder, sizes)


def _speed(folder: Path, sizes: Sizes) -> Iterator[str]:
    """The best of several alternating runs each: the machine's neighbours disturb all alike."""
    url = campaign_region.prepared(folder, sizes.ours)
    words = campaign_region.rendered()
    mail = folder / "mail"
    mail.write_bytes(campaign_region.specimen(words))
    bare, signing, unsigned, signed = [], [], [], []
    with sink(core=1) as port:
        for _ in range(sizes.runs):
            bare.append(_told("limits", what="sending", port=port, mail=str(mail), mails=sizes.bare))
            unsigned.append(_drained(url, port))
            signing.append(_told("limits", what="signing"))
            signed.append(_drained(url, port, signed=True))
        order = {"port": port, "mails": sizes.peers, "text": words.text, "page": words.page}
        peers = [
            f"  aiosmtplib, EmailMessage, Jinja2                {_told('peer', **order, signed=False)['rate']:7,.0f}",
            f"  the same, signed by dkimpy                      {_told('peer', **order, signed=True)['rate']:7,.0f}",
            f"  Mailman 3, VERP                                 {_mailman(order)}",
        ]
    alone, ours, keys, sealed = (max(each, key=_rate_of) for each in (bare, unsigned, signing, signed))
    where = "smtp-sink" if SINK else "a sink of ours"
    yield (
        f"Broadcast of {mail.stat().st_size / 1000:.1f} kB to {sizes.ours:,}, mails a second on one core, the other for {where}; "
        f"the best of {sizes.runs} runs, and µs of the processor each:"
    )
    yield f"  a bare pipelined sender, nothing written down   {_figures(alone)}"
    yield (
        f"  whodoes, each personal and on the disk          {_figures(ours)} ({A_SECOND:,}){_over(A_SECOND, ours['rate'])}; "
        f"{verdict(ours['rate'] / alone['rate'], OF_BARE)} of the bare sender"
    )
    yield f"  RSA-2048 signatures alone                       {_figures(keys)}"
    yield (
        f"  whodoes, signed                                 {_figures(sealed)}; "
        f"{verdict(sealed['rate'] / keys['rate'], OF_SIGNING)} of the signatures alone"
    )
    yield from peers


def _asks(folder: Path, sizes: Sizes) -> Iterator[str]:
    url = campaign_region.prepared(folder, sizes.drained)
    with sink() as port:
        felt = _drain(url, port, asks=True)
        bound = _drain(url, port, asks=True, signed=True)
    yield f"An ask while {sizes.drained:,} drain in the same process, of {campaign_region.FIRMS:,} organisations:"
    for name, each in (("unsigned", felt), ("signed", bound)):
        yield (
            f"  {name:10} {each['rate']:7,.0f} mails/s; {each['asks']:,.0f} asks waited p50 {each['ask_p50']:.0f} ms, "
            f"p99 {each['ask_p99']:.0f} ms ({WAIT}){_over(each['ask_p99'], WAIT)}, at most {each['ask_most']:.0f}; "
            f"p99 {each['idle_p99']:.0f} when all was sent"
        )


def _memory(folder: Path, sizes: Sizes) -> Iterator[str]:
    url = campaign_region.prepared(folder, sizes.large)
    with sink(core=1) as port:
        told = _drain(url, port, core=0)
    grown = (told["memory_most"] - told["memory_least"]) / 2
    yield (
        f"To {sizes.large:,}: {told['rate']:,.0f} mails/s; from a tenth of them on {told['memory_least']:.0f} to "
        f"{told['memory_most']:.0f} MB, ± {grown:.0f} ({GROWTH}){_over(grown, GROWTH)}"
    )


def _pace(folder: Path, sizes: Sizes) -> Iterator[str]:
    url = campaign_region.prepared(folder, PACE * (sizes.seconds + 10))
    with our_sink() as relay:
        _drain(url, relay.port, per_second=PACE, seconds=sizes.seconds)
        came = relay.came()
    window = min(WINDOW, sizes.seconds / 2)
    least, most = windows(came, window)
    off = max(most / (PACE * window) - 1, 1 - least / (PACE * window))
    yield (
        f"Paced at {PACE} a second for {sizes.seconds} s: in any {window:g} s {least} to {most} of {PACE * window:,.0f}, "
        f"{off:.1%} beside it at most ({OFF:.0%}){_over(off, OFF)}"
    )


def windows(came: Sequence[float], seconds: float) -> tuple[int, int]:
    """How many came in that long at least, and at most, wherever it begins while they come."""
    least, most, end = len(came), 0, 0
    for first, moment in enumerate(came):
        while end < len(came) and came[end] < moment + seconds:
            end += 1
        most = max(most, end - first)
        if end < len(came):
            # From just behind this one on as long: it is not counted, and whatever comes at the end is not either.
            least = min(least, end - first - 1)
    return least, most


def _drained(url: str, port: int, **order: Any) -> dict[str, Any]:
    return _drain(url, port, core=0, **order)


def _drain(url: str, port: int, **order: Any) -> dict[str, Any]:
    """A fresh copy of the database each time, so that all is still to be sent."""
    copy = campaign_region.copied(url, "run")
    told = in_process("tests.bench.campaign_drain", {"url": copy, "port": port, **order})
    if told["open"] and "seconds" not in order:
        raise RuntimeError(f"{told['open']} were never sent")
    return told


def _told(which: str, **order: Any) -> dict[str, Any]:
    return in_process(f"tests.bench.campaign_{which}", {"core": 0, **order})


def _mailman(order: dict[str, Any]) -> str:
    python = os.environ.get(MAILMAN, "")
    if not python:
        return f"not measured: {MAILMAN} names no Python that has it (pip install mailman==3.3.10)"
    try:
        told = in_process("tests.bench.campaign_mailman", {"core": 0, **order}, python=python)
    except (NotMeasured, OSError) as why:
        return f"not measured: {why}"
    return f"{told['rate']:7,.0f}"


def _rate_of(told: dict[str, Any]) -> float:
    return float(told["rate"])


def _figures(told: dict[str, Any]) -> str:
    return f"{told['rate']:7,.0f} {told['cpu']:5,.0f} µs"


def _over(less: float, more: float) -> str:
    return "!" if less > more else ""
