"""Mails as people write them: one line, an ask among greetings, quotes and signatures, HTML, and follow-ups."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from mail.render.reply import message_id_of
from mail.threads import asks_of

OWN = "ask@cluster.example"
MAILS_EACH, CROWD = 5, 100
DOMAIN = OWN.partition("@")[2]
FOLLOW_UPS = ("more", "only in Manchester", "who there?", "within 20 miles of Macclesfield", "thanks!")
TRACE = (  # what a mail has gathered by the time it comes to us
    (
        "Received",
        "from mail-ej1-f51.firm.example (mail-ej1-f51.firm.example [203.0.113.51]) by mx.cluster.example "
        "(Postfix) with ESMTPS id 4XyZ12 for <ask@cluster.example>; Mon, 23 Nov 2026 09:31:02 +0000 (GMT)",
    ),
    (
        "Received",
        "by mail-ej1-f51.firm.example with SMTP id a640c23a62f3a-aa503f so8812366b for <ask@cluster.example>; "
        "Mon, 23 Nov 2026 01:31:01 -0800 (PST)",
    ),
    (
        "DKIM-Signature",
        "v=1; a=rsa-sha256; c=relaxed/relaxed; d=firm.example; s=s1; t=1763890261; "
        "h=to:subject:message-id:date:from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; "
        f"b={'Qm9ndXNTaWduYXR1cmU' * 12}",
    ),
    ("X-Mailer", "Apple Mail (2.3826.200.121)"),
    ("MIME-Version", "1.0"),
)
SIGNATURE = """
Kind regards,
Jo Hartley

--\x20
Jo Hartley | Head of Process Development
Firm {number} Ltd, 14 Mill Lane, Alderley Park SK10 4TG
T +44 1625 496 0{number:03d} | www.firm{number}.example
Registered in England no. 0{number:07d}. This e-mail is confidential and intended only for its recipient.
"""
QUOTED = "\n".join((
    "On Thu, 19 Nov 2026 at 16:02, Membership <team@cluster.example> wrote:",
    *(f"> {line}" for line in (
        "Dear member,", "", "Thank you for coming on Tuesday: forty of you stayed until the end.",
        "The next evening is on 10 December; the programme follows.", "", "Do write to the assistant when you look for",
        "somebody: it knows who does what here.", "", "Best wishes,", "the membership team",
    )),
))  # fmt: skip
HTML = (
    '<html><head><meta charset="utf-8"><style>p {{ margin: 0 }}</style></head><body style="font-family: Calibri">'
    "<p>Hello,</p><p><b>{ask}</b></p><p>&nbsp;</p><p>Many thanks</p><p>Jo Hartley<br>Firm {number} Ltd</p>"
    '<div class="gmail_quote"><div dir="ltr">On Thu, 19 Nov 2026 at 16:02, Membership wrote:<br></div>'
    "<blockquote>{quoted}</blockquote></div></body></html>"
)


@dataclass(frozen=True, slots=True)
class Written:
    """One mail, ready for the wire."""

    sender: str
    raw: bytes


def written(asks: Sequence[str], *, mails: int, seed: int = 1) -> list[Written]:
    """So many mails from a fifth as many people. The same for the same seed.

    A hundred people write at a time, one mail each and then the next: nobody goes on with an answer before it was written.
    """
    chance = random.Random(seed)
    people = [
        list(_of_one_person(number, chance.choices(asks, k=4), chance))
        for number in range(-(-mails // MAILS_EACH))
    ]
    crowds = (people[first : first + CROWD] for first in range(0, len(people), CROWD))
    return [mail for crowd in crowds for turn in zip(*crowd, strict=True) for mail in turn][:mails]


def sender_of(number: int) -> str:
    return f"jo.hartley@firm{number}.example"


def _of_one_person(number: int, asks: Sequence[str], chance: random.Random) -> Iterator[Written]:
    """A line, a mail, an HTML mail, and one more line with one thing said to its answer."""
    kinds: tuple[Callable[..., bytes], ...] = (_one_line, _long, _in_html, _one_line)
    for at, (kind, ask) in enumerate(zip(kinds, asks, strict=True)):
        yield Written(sender_of(number), kind(number, f"{number}.{at}", ask))
    answer = message_id_of(f"{asks_of(sender_of(number))}{number}.3@firm{number}.example", DOMAIN)
    said = chance.choice(FOLLOW_UPS)
    yield Written(sender_of(number), _one_line(number, f"{number}.4", said, replying_to=answer))


def _one_line(number: int, name: str, ask: str, *, replying_to: str = "") -> bytes:
    mail = _headed(number, name, subject="Re: A question" if replying_to else "A question")
    if replying_to:
        mail["In-Reply-To"] = mail["References"] = f"<{replying_to}>"
    mail.set_content(f"{ask}\n")
    return mail.as_bytes()


def _long(number: int, name: str, ask: str) -> bytes:
    mail = _headed(number, name, subject="Re: Tuesday evening")
    mail.set_content(
        f"Hello,\n\nI hope you are well, and thank you for Tuesday.\n\n{ask}\n{SIGNATURE.format(number=number)}\n{QUOTED}\n"
    )
    return mail.as_bytes()


def _in_html(number: int, name: str, ask: str) -> bytes:
    mail = _headed(number, name, subject="Looking for somebody")
    shown = ask.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    page = HTML.format(ask=shown, number=number, quoted=QUOTED.replace("\n", "<br>"))
    mail.set_content(page, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def _headed(number: int, name: str, *, subject: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    for field, value in TRACE:
        mail[field] = value
    mail["From"], mail["To"], mail["Subject"] = f"Jo Hartley <{sender_of(number)}>", OWN, subject
    mail["Date"] = "Mon, 23 Nov 2026 09:31:00 +0000"
    mail["Message-ID"] = f"<{name}@firm{number}.example>"
    return mail
