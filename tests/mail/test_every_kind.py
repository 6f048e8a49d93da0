"""Every kind of mail that leaves: each header once and right, small enough, and no link of it acts when it is opened."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest

from bot.assistant import address_letters, linking_letters
from bot.assistant.campaigns.by_letter import to_send
from bot.assistant.campaigns.looking import Look
from bot.assistant.consent.confirmations import Confirmation
from bot.assistant.letters import Addressed, Letter, LetterKind
from bot.assistant.proposal_wording import outcome_letter
from bot.assistant.undelivered_news import undelivered
from bot.assistant.wording import Reply
from mail.letters import MailCarrier
from mail.render.letter import Mailbox
from mail.render.list_headers import Mailing, WaysOut
from mail.render.mailing import TO_SIGN, ReadersCopy, written_copy
from mail.render.newsletter import IssueMail, render_issue
from mail.render.reply import From, Thread, render
from mail.tokens import TokenAddresses
from store.campaigns.preview import Preview
from store.consent.readers import Reader, reader_token
from store.kinds import Medium, OutboxState, ProposalState
from store.models import OutboxMessage, Proposal
from store.reaching import Reachable
from tests.bot.slack.test_gallery import A_CAMPAIGN, BEN, event_letters, letters
from tests.factories import NOW

PAGES = "https://pages.cluster.example"
SENDER = From(
    "ask@cluster.example", "whodoes · Härrowdale, Ltd", "Harrowdale Network, 1 Mill Lane, Harrowdale HD1"
)
KEY = b"k" * 32
WAYS = WaysOut(SENDER, TokenAddresses("ask+{token}@cluster.example", KEY), PAGES)
CARRIER = MailCarrier(SENDER, pages=PAGES)
REFERENCES = {"In-Reply-To", "References"}
ONCE = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "X-Auto-Response-Suppress",
)
# By whom it is written (RFC 3834 5): an answer by the machine, a notice by the machine, a mailing by people.
ANSWER, NOTICE, MAILING = "auto-replied", "auto-generated", ""


HOSTILE = "Ada\r\nBcc: all@elsewhere.example <script>alert(1)</script> {{x}} %s"


def other_letters() -> Iterator[tuple[str, Letter, tuple[Reachable, ...]]]:
    """Those that have no place in Slack, or look the same there; with words that nobody means well."""
    region = "Harrowdale"
    yield (
        "of the person",
        address_letters.to_the_person(1, "a@b.example", by_token=True, region=region),
        (BEN,),
    )
    yield "of the mailbox", address_letters.to_the_mailbox(1, HOSTILE, HOSTILE, region=region), (BEN,)
    yield "known", address_letters.known_now(1, "a@b.example", to_mailbox=False, region=region), (BEN,)
    yield "asked for", linking_letters.code_letter(1, "123456", region=region), (BEN,)
    yield "moved", linking_letters.moved_letter(1, at=NOW, region=region), (BEN,)
    lost = OutboxMessage(
        id=1, dedup_key="x", medium=Medium.EMAIL, kind="answer", recipient=HOSTILE, state=OutboxState.FAILED,
        reply=HOSTILE, created_at=NOW, due_at=NOW,
    )  # fmt: skip
    yield "one", undelivered([lost], "undelivered:1"), (BEN,)
    yield "many", undelivered([lost] * 300, "undelivered:2"), (BEN,)
    proposal = Proposal(
        id=1, organisation_id=1, proposed_by="person:1", proposed_at=NOW, state=ProposalState.DECLINED,
        decided_at=NOW, note=HOSTILE, changes={},
    )  # fmt: skip
    yield "declined", outcome_letter(proposal, HOSTILE, region=region), (BEN,)
    found = Look(
        3, A_CAMPAIGN.state, A_CAMPAIGN.subject, A_CAMPAIGN.body, (), Preview({Medium.EMAIL: 12}, {HOSTILE: 3}, ()), 100, False
    )  # fmt: skip
    yield "to send", to_send(A_CAMPAIGN, found), (BEN,)


def kinds() -> Iterator[tuple[str, str, bytes]]:
    """Name, who writes it, the mail."""
    for name, letter, people in (*letters(), *event_letters(), *other_letters()):
        to = tuple(
            Reachable(each.person_id, each.name, "", "", None, f"p{each.person_id}@firm.example")
            for each in people
        )
        tokens = tuple("a" * 24 for _ in to)
        draft = CARRIER.draft(Addressed(letter, to, tokens, f"letter:{name}"), now=NOW)
        yield f"{letter.kind.value}: {name}", NOTICE, draft.body or b""
    thread = Thread("ada@firm.example", "Who?", "m1@firm.example", (), "Who?", "ask+x@cluster.example")
    yield "answer", ANSWER, render(Reply("mail:1", "Here."), thread, SENDER, now=NOW)
    asked = Confirmation(
        "subscription:9:x", "bo@home.example", "Bo", "Harrowdale", "s" + "a" * 26, f"{PAGES}/subscribe/x"
    )
    confirmation = CARRIER.confirmation(asked, now=NOW)
    assert confirmation is not None
    yield "confirmation", NOTICE, confirmation.body or b""
    for topic, name in (
        ("newsletter", "Newsletter"),
        ("announcements", "Announcements"),
        ("skills", "Skills"),
    ):
        yield topic, MAILING, a_copy(topic, name)


def a_copy(topic: str = "newsletter", name: str = "Newsletter", to: str = "ada@firm.example") -> bytes:
    body = "Hello.\n\n## News\n\n### We won\n\n[Read](https://ash.example/x)\n"
    rendered = render_issue(
        IssueMail(
            f"{name} of Harrowdale", body, "Harrowdale", NOW, "", SENDER.identity, f"{PAGES}/newsletter/x"
        )
    )
    copy = ReadersCopy(
        Mailbox(to, "Ada\r\nBcc: x@y.example"), "campaign:7:person:4", reader_token(KEY, Reader(person_id=4)),
        "you are in the directory",
    )  # fmt: skip
    return written_copy(
        rendered, "News\r\nBcc: x@y.example", copy, Mailing(topic, name, "Härrowdale"), WAYS, now=NOW
    )


ALL = list(kinds())


def read(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def words(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize(("who", "raw"), [each[1:] for each in ALL], ids=[each[0] for each in ALL])
def test_each_header_is_there_once_and_right(who: str, raw: bytes) -> None:
    mail = read(raw)
    for name in ONCE:
        assert len(mail.get_all(name, [])) == 1, name
    assert all(len(mail.get_all(name, [])) == 1 for name in set(mail.keys()))
    assert not mail.defects
    assert "Bcc" not in mail
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert re.fullmatch(r"<[^<>@\s]+@cluster\.example>", mail["Message-ID"])
    assert [each.addr_spec for each in mail["From"].addresses] == ["ask@cluster.example"]
    assert all(each.addr_spec.endswith(".example") for each in mail["To"].addresses)
    assert mail["To"].addresses
    assert mail["Subject"].strip()
    assert (mail["Auto-Submitted"] or "") == who
    assert len(raw) < 100_000
    head = raw.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert SENDER.identity in " ".join(words(mail, "plain").split())
    assert "1 Mill Lane" in words(mail, "html")


@pytest.mark.parametrize("raw", [raw for _, who, raw in ALL if who == MAILING])
def test_a_mailing_lets_its_reader_out_with_one_click(raw: bytes) -> None:
    mail = read(raw)
    token = reader_token(KEY, Reader(person_id=4))
    topic = re.search(r"<(\w+)\.cluster\.example>$", mail["List-Id"])
    assert topic is not None
    links = re.findall(r"<([^>]+)>", mail["List-Unsubscribe"])
    assert links[0] == f"{PAGES}/u/{token}/{topic[1]}"
    assert links[1] == f"mailto:ask+{token}@cluster.example?subject=unsubscribe%20{topic[1]}"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Precedence"] == "bulk"
    assert mail["List-Post"] == "NO"
    assert mail["Reply-To"].addresses[0].addr_spec == f"ask+{token}@cluster.example"
    assert set(TO_SIGN) <= set(mail.keys())
    assert links[0] in words(mail, "plain")
    assert links[0] in words(mail, "html")
    assert f"{PAGES}/preferences/{token}" in words(mail, "html")


@pytest.mark.parametrize("raw", [raw for _, who, raw in ALL if who != MAILING])
def test_what_one_waits_for_is_no_list_mail(raw: bytes) -> None:
    mail = read(raw)
    assert not [name for name in mail if name.startswith("List-")]
    assert "Precedence" not in mail


def test_every_kind_of_letter_is_among_them() -> None:
    seen = {name.partition(":")[0] for name, _, _ in ALL}
    missing = {each.value for each in LetterKind} - seen
    assert not missing, f"no letter of {', '.join(sorted(missing))}: make one in other_letters()"


def test_an_address_beyond_ascii_is_written_as_it_is() -> None:
    raw = a_copy(to="åda@firm.example")
    assert "åda@firm.example" in raw.partition(b"\r\n\r\n")[0].decode()


def links_of(raw: bytes) -> set[str]:
    mail = read(raw)
    found = set(re.findall(r'href="([^"]+)"', words(mail, "html")))
    found |= set(
        re.findall(r"https://[^\s<>]+", words(mail, "plain") + str(mail.get("List-Unsubscribe", "")))
    )
    return {each.rstrip(".,") for each in found if each.startswith(PAGES)}
