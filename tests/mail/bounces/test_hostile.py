"""Reports made to keep us busy are read in a bounded number of steps: nothing in them is looked at again and again."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from mail.bounces.reading import read_report

HEAD = b"From: MAILER-DAEMON@a.example\r\nSubject: failure notice, undeliverable\r\n"
FAR_TOO_LONG = 20  # seconds: a busy machine takes one for what never ends without bounds
BODIES = {
    "words again and again": b"could not be deliver" * 20_000,
    "quotes": b">" * 60_000,
    "blanks": b" " * 200_000,
    "dashes": b"-" * 200_000,
    "rules": b"--- x\r\n" * 20_000,
    "blank lines": b"\r\n" * 60_000,
    "header lines": b"From: a\r\n" * 20_000,
    "one header without end": b"From: a\r\n" + b"     x\r\n" * 20_000,
    "at signs": b"a@" * 60_000,
    "a domain without end": b"a@" + b"b-" * 60_000,
    "a local part without end": b"a." * 60_000 + b"@b.example",
    "many addresses": b"".join(b"<a%d@b.example>: user unknown\r\n" % number for number in range(9_000)),
    "many recipients": b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n\r\n" * 5_000,
    "figures": b"5." * 60_000,
    "brackets": b'{"notificationType":' + b"[" * 100_000,
}
FORMS = {
    "text": b"\r\n",
    "html": b"Content-Type: text/html\r\n\r\n",
    "status": b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n",
    "feedback": b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n",
    "returned": b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n",
    "field": b"X-Failed-Recipients: ",
}


class NeverEndsError(BaseException):
    """Not one that the reading, which never raises, would take for the mail's fault."""


@contextmanager
def not_for_ever() -> Iterator[None]:
    def on_alarm(_number: int, _frame: FrameType | None) -> None:
        raise NeverEndsError

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(FAR_TOO_LONG)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_it_comes_to_an_end(body: bytes) -> None:
    with not_for_ever():
        for form in FORMS.values():
            read_report(HEAD + form + body, mail_from="")
