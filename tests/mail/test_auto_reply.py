"""Mail that machines send is told from mail that people write, whatever state its headers are in."""

from email import message_from_bytes, policy
from email.message import EmailMessage, Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.auto_reply import automatic

OWN = "ask@cluster.example"
ORDINARY = "From: Ada <ada@firm.example>\r\nTo: ask@cluster.example\r\nSubject: Who does assays?\r\nMessage-ID: <1@firm.example>\r\n"


def reason(headers: str | bytes, *, mail_from: str = "ada@firm.example") -> str:
    raw = headers if isinstance(headers, bytes) else headers.encode("utf-8", "surrogateescape")
    [one, other] = (
        automatic(
            message_from_bytes(raw + b"\r\n\r\nHello", policy=each), mail_from=mail_from, own_address=OWN
        )
        for each in (policy.default, policy.compat32)
    )
    assert one == other
    return one


@pytest.mark.parametrize(
    "header",
    [
        "", "Auto-Submitted: no", "Auto-Submitted: No (by hand)", "Auto-Submitted: auto-forwarded", "Precedence: first-class",
        "X-Auto-Response-Suppress: DR, RN, NRN", "Return-Path: <ada@firm.example>", "Content-Type: multipart/mixed; boundary=x",
        "Reply-To: ada@private.example", "Sender: assistant@firm.example", "Cc: no-reply@firm.example, postmaster@firm.example",
        "In-Reply-To: <answer.123@cluster.example>", "X-Priority: 1", "Message-ID: <answer.123@firm.example>",
        "Message-ID: <CAJ12@cluster.example>", "From: bea@cluster.example", "From: Norma Reply <norma.replyson@firm.example>",
    ],
)  # fmt: skip
def test_a_persons_mail_is_answered(header: str) -> None:
    name = header.partition(":")[0]
    kept = [line for line in ORDINARY.splitlines() if not name or not line.startswith(f"{name}:")]
    assert reason("\r\n".join([*kept, header])) == ""


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Auto-Submitted: auto-replied", "auto-submitted"),
        ("auto-submitted: AUTO-GENERATED; type=x", "auto-submitted"),
        ("Auto-Submitted: auto-notified (by a machine)", "auto-submitted"),
        ("Precedence: bulk", "bulk mail"),
        ("Precedence: Junk", "bulk mail"),
        ("Precedence: list", "bulk mail"),
        ("Precedence: auto_reply", "bulk mail"),
        ("List-Id: <news.firm.example>", "list mail"),
        ("List-Unsubscribe: <https://firm.example/u>", "list mail"),
        ("List-Post: NO", "list mail"),
        ("X-Autoreply: yes", "auto-reply"),
        ("X-Autorespond: 1", "auto-reply"),
        ("X-Loop: ada@firm.example", "auto-reply"),
        ("X-OTRS-Loop: True", "auto-reply"),
        ("X-RT-Loop-Prevention: firm.example", "auto-reply"),
        ("X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", "auto-reply"),
        ("X-BeenThere: all@firm.example", "list mail"),
        ("X-Auto-Response-Suppress: All", "answers suppressed"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "answers suppressed"),
        ("Return-Path: <>", "null sender"),
        ("Content-Type: multipart/report;\r\n report-type=delivery-status", "delivery report"),
        ("\r\n".join(["Received: from a by b"] * 51), "too many hops"),
        ("From: Mail Delivery Subsystem <MAILER-DAEMON@firm.example>", "sent by a machine"),
        ("From: postmaster@firm.example", "sent by a machine"),
        ("From: no-reply@firm.example", "sent by a machine"),
        ("From: do_not_reply@firm.example", "sent by a machine"),
        ("From: <jira-noreply+17@firm.example>", "sent by a machine"),
        ("From: Staff: noreply@firm.example, b@firm.example;", "sent by a machine"),
        ("From: Us <Ask@Cluster.example>", "our own address"),
        ("From: ask+r7k@cluster.example", "our own address"),
        ("Reply-To: ask@cluster.example", "our own address"),
        ("Message-ID: <answer.0a1b@cluster.example>", "our own mail"),
    ],
)
def test_a_machines_mail_is_named(header: str, said: str) -> None:
    name = header.partition(":")[0]
    kept = [line for line in ORDINARY.splitlines() if not line.startswith(f"{name}:")]
    assert reason("\r\n".join([*kept, header])) == said


@pytest.mark.parametrize(
    ("mail_from", "said"),
    [("", "null sender"), ("<>", "null sender"), ("ask@cluster.example", "our own address"), ("ada@firm.example", ""),
     ("MAILER-DAEMON@firm.example", "sent by a machine"), ("no-reply@tickets.example", "")],
)  # fmt: skip
def test_the_envelope_speaks_too(mail_from: str, said: str) -> None:
    assert reason(ORDINARY, mail_from=mail_from) == said


@pytest.mark.parametrize("name", ["From", "Sender", "Reply-To"])
def test_an_address_of_ours_with_a_token_is_ours_without_a_plus_too(name: str) -> None:
    kept = [line for line in ORDINARY.splitlines() if not line.startswith(f"{name}:")]
    raw = "\r\n".join([*kept, f"{name}: r-abcdefghij234567@reply.cluster.example"]).encode()
    read = message_from_bytes(raw + b"\r\n\r\nHello", policy=policy.default)
    told = {"mail_from": "ada@firm.example", "own_address": OWN}
    assert automatic(read, **told, reply_form="r-{token}@reply.cluster.example") == "our own address"
    assert automatic(read, **told) == ""


def test_our_domain_is_ours_however_it_is_written() -> None:
    read = message_from_bytes(b"From: ask@xn--bcher-kva.example\r\n\r\nHello", policy=policy.default)
    assert automatic(read, mail_from="x@y.example", own_address="ask@bücher.example") == "our own address"


def test_a_mail_without_from_is_judged_by_its_envelope() -> None:
    assert reason("Subject: Hello", mail_from="mailer-daemon@firm.example") == "sent by a machine"
    assert reason("Subject: Hello") == ""


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Who does assays?", "Auto-Reply: assays", "AutoReply: assays", "Auto Response: x", "Out of Office: assays",
        "Out of office AutoReply: assays", "[Out of office] assays", "I am out of the office until Monday", "Vacation reply",
        "Automatische Antwort: Assays", "Abwesenheitsnotiz: Assays", "Automatisch antwoord: assays", "Réponse automatique : assays",
        "Respuesta automática: x", "Fuera de la oficina: x", "Resposta automática: x", "Risposta automatica: x", "Fuori ufficio: x",
        "Autosvar: x", "Automatiskt svar: x", "Fraværsmelding", "Automaattinen vastaus: x", "Automatyczna odpowiedź: x",
        "Automatická odpověď: x", "Автоматический ответ: x", "自動返信: x", "自动回复: x", "=?utf-8?q?R=C3=A9ponse_automatique?= : x",
        "=?iso-8859-1?Q?Automatische_Antwort=3A?=\r\n =?iso-8859-1?Q?_Gr=FC=DFe?=",
    ],
)  # fmt: skip
def test_an_absence_is_read_in_many_languages(subject: str) -> None:
    assert reason(ORDINARY.replace("Subject: Who does assays?", f"Subject: {subject}")) == "out of office"


@pytest.mark.parametrize(
    "subject",
    [
        "Who makes automatic samplers?", "Re: Automatic reply systems for clinics", "Automated liquid handling", "Automation of assays",
        "Who can build an out of office space for our lab?", "Office space in Macclesfield", "Absence seizures: who treats them?",
        "Vacation of the laboratory: who moves freezers?", "Autoclaves", "Holiday cover for a QP", "Away day venues",
        "Message broker software", "=?nonsense?q?=FF=FE?= hello", "=?utf-8?b?AAA?=", "", "   ",
    ],
)  # fmt: skip
def test_a_question_that_sounds_like_one_is_not_taken_for_an_absence(subject: str) -> None:
    assert reason(ORDINARY.replace("Subject: Who does assays?", f"Subject: {subject}")) == ""


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    b"From",
                    b"Subject",
                    b"Message-ID",
                    b"Content-Type",
                    b"Auto-Submitted",
                    b"Reply-To",
                    b"Precedence",
                    b"Return-Path",
                ]
            ),
            st.binary(max_size=80)
            | st.sampled_from([b"=?utf-8?b?/w?=", b"a:b,c;", b"=?x?q?\xff?=", b"\x00@\x00", b'"@<' * 9]),
        )
    ),
    st.text(max_size=40),
)
def test_no_headers_raise(headers: list[tuple[bytes, bytes]], mail_from: str) -> None:
    raw = b"\r\n".join(name + b": " + value for name, value in headers)
    assert isinstance(reason(raw, mail_from=mail_from), str)


@pytest.mark.parametrize("name", ["From", "Subject", "Message-ID", "Received", "Precedence"])
@pytest.mark.parametrize(
    "flood",
    ["a" * 300_000, "-" * 300_000, "a@" * 100_000, "no-" * 100_000, "<answer." * 40_000, " " * 300_000],
)
def test_endless_headers_cost_little(name: str, flood: str) -> None:
    message: Message = EmailMessage(
        policy=policy.compat32
    )  # built, not parsed: the reader's cost is not ours
    message[name] = flood
    assert isinstance(automatic(message, mail_from=flood, own_address=OWN), str)
