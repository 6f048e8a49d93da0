"""What a report says is read whatever its form, and no mail of a person is taken for one."""

import json
from pathlib import Path

import pytest
from flufl.bounce import _scan
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.bounces.other_forms import EXACT, GENERAL
from mail.bounces.reading import read_report
from mail.bounces.report import Report
from mail.bounces.severity import kind_of, status_in
from store.kinds import BounceKind, BounceProof

MAILS = Path(__file__).parent.parent.parent / "mails"
OURS = ("ada@larkspur.example", "ben.oakes@oriel.example")  # whom a mail of ours went to
HARD, SOFT, COMPLAINT = BounceKind.HARD, BounceKind.SOFT, BounceKind.COMPLAINT
DAEMON = b"From: MAILER-DAEMON@mx.example\r\nTo: ask@cluster.example\r\nSubject: failure notice\r\n"


def report(name: str) -> Report:
    read = read_report((MAILS / f"{name}.eml").read_bytes(), sent_to=OURS)
    assert read is not None
    return read


def test_a_report_by_the_standard_names_who_failed_and_who_is_late_and_nobody_else() -> None:
    read = report("bounce_by_the_standard")
    assert [(each.address, each.kind, each.status, each.given_up) for each in read.addresses] == [
        ("ada.finch@larkspur.example", HARD, "5.1.1", True),
        ("ben.oakes@larkspur.example", SOFT, "4.4.1", False),
    ]
    assert {each.known_by for each in read.addresses} == {BounceProof.REPORT}
    assert read.addresses[0].sent_to == "ada@larkspur.example"
    assert read.addresses[0].reason == "550 5.1.1 <ada.finch@larkspur.example>: User unknown"


def test_the_mail_that_came_back_tells_its_id_and_where_reports_of_it_go() -> None:
    read = report("bounce_by_the_standard")
    assert read.message_id == "answer.1@cluster.example"
    assert read.return_paths == ("ask+babc@cluster.example",)


@pytest.mark.parametrize(
    ("name", "address", "kind", "proof"),
    [
        ("bounce_mailbox_full_in_words", "ben.oakes@oriel.example", SOFT, BounceProof.WORDS),
        ("bounce_in_german_words", "vera.blum@firma.example", HARD, BounceProof.WORDS),
        ("bounce_named_in_a_field", "cleo.marsh@hazel.example", HARD, BounceProof.FIELD),
        ("bounce_delayed_in_words", "ben.oakes@oriel.example", SOFT, BounceProof.WORDS),
        ("complaint_by_the_standard", "ada.finch@larkspur.example", COMPLAINT, BounceProof.REPORT),
    ],
)
def test_other_forms_are_read_too(name: str, address: str, kind: BounceKind, proof: BounceProof) -> None:
    (failed,) = report(name).addresses
    assert (failed.address, failed.kind, failed.known_by) == (address, kind, proof)


NOTICES = {
    "Exchange": ("Your message did not reach some or all of the intended recipients.\n\nThe following recipient(s) cannot be reached:\n\n      ADDRESS on 23/11/2026 09:00\n            The e-mail account does not exist at the organization this message was sent to.", HARD),
    "Microsoft 365": ("Your message to ADDRESS couldn't be delivered.\n\nAda wasn't found at larkspur.example.", HARD),
    "Gmail": ("** Address not found **\n\nYour message wasn't delivered to ADDRESS because the address couldn't be found, or is unable to receive mail.", HARD),
    "sendmail": ("   ----- The following addresses had permanent fatal errors -----\n<ADDRESS>\n    (reason: 550 5.1.1 <ADDRESS>... User unknown)", HARD),
    "Notes": ("Your message was not delivered to:\n\n  ADDRESS\n\nbecause:\n\n  User ada (ADDRESS) not listed in public Name & Address Book", HARD),
    "French": ("Votre message n'a pas pu être remis aux destinataires suivants :\n\nADDRESS\nAdresse inconnue", HARD),
    "Spanish": ("No se pudo entregar el mensaje a los siguientes destinatarios:\n\nADDRESS\nEl buzón está lleno", SOFT),
    "Italian": ("Impossibile recapitare il messaggio al destinatario: ADDRESS\nLa casella è piena", SOFT),
    "Portuguese": ("A mensagem não pôde ser entregue ao destinatário: ADDRESS\nUser unknown", HARD),
    "Dutch": ("Uw bericht kon niet worden bezorgd bij:\n<ADDRESS>\n550 5.1.1 onbekend", HARD),
    "Russian": ("Ваше сообщение не может быть доставлено получателю ADDRESS\nпочтовый ящик переполнен", SOFT),
    "Chinese": ("抱歉，您的邮件被退回来了，无法发送到 ADDRESS", SOFT),
    "blocked": ("Delivery to ADDRESS failed: 554 5.7.1 Message rejected as spam", SOFT),
    "too big": ("I could not deliver your message to <ADDRESS>: 552 5.3.4 message size exceeds limit", SOFT),
}  # fmt: skip


@pytest.mark.parametrize(("notice", "kind"), NOTICES.values(), ids=NOTICES)
def test_programs_say_it_in_many_words(notice: str, kind: BounceKind) -> None:
    head = DAEMON.replace(b"failure notice", b"Hello") + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    read = read_report(
        head + notice.replace("ADDRESS", "ada@larkspur.example").encode(), mail_from="", sent_to=OURS
    )
    assert read is not None
    assert [(each.address, each.kind) for each in read.addresses] == [("ada@larkspur.example", kind)]


def test_a_delay_has_not_given_up() -> None:
    assert not report("bounce_delayed_in_words").addresses[0].given_up
    assert report("bounce_mailbox_full_in_words").addresses[0].given_up


@pytest.mark.parametrize("path", sorted(MAILS.glob("*.eml")), ids=lambda path: path.stem)
def test_no_other_mail_is_taken_for_a_report(path: Path) -> None:
    if not path.name.startswith(("bounce_", "complaint_")):
        assert read_report(path.read_bytes()) is None


def test_words_are_believed_only_of_a_program() -> None:
    words = b"\r\nThe message could not be delivered to <ada@larkspur.example>: user unknown\r\n"
    person = b"From: ben@oriel.example\r\nTo: ask@cluster.example\r\nSubject: Re: assays\r\n"
    assert read_report(person + words, mail_from="ben@oriel.example") is None
    assert read_report(person + words, mail_from="") is None, "somebody who is away, and names a colleague"
    read = read_report(DAEMON + words, mail_from="ben@oriel.example")
    assert read is not None
    assert read.addresses[0].address == "ada@larkspur.example"


def test_a_report_from_nobody_at_all_is_one_from_a_program() -> None:
    nobody = b"To: ask@cluster.example\r\nSubject: Delivery failed\r\n\r\nDelivery failed for:\r\n<ada@larkspur.example>\r\n"
    for head in (b"", b"From: <>\r\n", b"From: Mail Service\r\n"):
        read = read_report(head + nobody, sent_to=OURS)
        assert read is not None
        assert read.addresses[0].address == "ada@larkspur.example"


def test_a_full_mailbox_in_mere_words_counts_of_our_own_mails_alone() -> None:
    raw = (MAILS / "bounce_mailbox_full_in_words.eml").read_bytes()
    assert read_report(raw) is None
    assert read_report(raw, sent_to=OURS) is not None


def test_of_a_mail_that_is_known_a_failure_need_not_name_anybody() -> None:
    words = b"\r\nYour message could not be delivered: the mailbox is full.\r\n"
    assert read_report(DAEMON + words, mail_from="") is None
    read = read_report(DAEMON + words, mail_from="", sent_to=["ada@larkspur.example"])
    assert read is not None
    assert [(each.address, each.kind) for each in read.addresses] == [("ada@larkspur.example", SOFT)]
    away = b"From: a@b.example\r\nSubject: Out of office\r\n\r\nMy mail is not delivered to me here.\r\n"
    assert read_report(away, mail_from="", sent_to=["a@b.example"]) is None
    arrived = b"\r\nYour message has arrived.\r\n"
    thanks = DAEMON.replace(b"failure notice", b"Received") + arrived
    assert read_report(thanks, mail_from="", sent_to=["a@b.example"]) is None


def test_who_the_report_came_to_is_never_whom_it_is_about() -> None:
    words = b"\r\nThe message from <ask@cluster.example> failed for:\r\n<ask@cluster.example>\r\n"
    assert read_report(DAEMON + words, mail_from="") is None
    assert (
        read_report(DAEMON + b"\r\nFailed:\r\n<a@b.example>\r\n", mail_from="", own=["a@b.example"]) is None
    )


def test_an_address_in_xtext_is_read() -> None:
    fields = b"Final-Recipient: rfc822; ada+2Bnews@larkspur.example\r\nOriginal-Recipient: rfc822;ada+40larkspur.example\r\n"
    raw = (
        DAEMON
        + b"Content-Type: message/delivery-status\r\n\r\n"
        + fields
        + b"Action: failed\r\nStatus: 5.1.1\r\n"
    )
    read = read_report(raw)
    assert read is not None
    assert read.addresses[0].sent_to == "ada@larkspur.example"


def test_a_report_without_its_boundaries_is_still_read() -> None:
    head = DAEMON + b'Content-Type: multipart/report; report-type=delivery-status; boundary="never"\r\n\r\n'
    text = (
        b"--other\r\n\r\nFinal-Recipient: rfc822; ada@larkspur.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
    )
    read = read_report(head + text)
    assert read is not None
    assert [(each.address, each.kind) for each in read.addresses] == [("ada@larkspur.example", SOFT)]


def test_a_report_that_all_arrived_is_none() -> None:
    fields = b"Final-Recipient: rfc822; ada@larkspur.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
    assert read_report(DAEMON + b"Content-Type: message/delivery-status\r\n\r\n" + fields) is None


def test_a_receipt_is_no_report_of_a_failure() -> None:
    raw = DAEMON.replace(b"failure notice", b"Not read, returned to sender") + (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
        b"--b\r\n\r\nThe message was not delivered to the eyes of:\r\n<ada@larkspur.example>\r\n"
        b"--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        b"Final-Recipient: rfc822; ada@larkspur.example\r\nDisposition: automatic-action; deleted\r\n--b--\r\n"
    )
    assert read_report(raw, mail_from="", sent_to=["ada@larkspur.example"]) is None


@pytest.mark.parametrize("kind", [b"not-spam", b"auth-failure", b""])
def test_a_feedback_report_that_is_no_complaint_is_none(kind: bytes) -> None:
    raw = (MAILS / "complaint_by_the_standard.eml").read_bytes().replace(b"Type: abuse", b"Type: " + kind)
    assert read_report(raw) is None


def test_a_wish_for_no_more_is_a_complaint_and_says_so() -> None:
    raw = (MAILS / "complaint_by_the_standard.eml").read_bytes()
    read = read_report(raw.replace(b"Type: abuse", b"Type: opt-out"))
    assert read is not None
    assert read.addresses[0].reason == "does not want these mails"


def test_a_complaint_that_hides_its_reader_is_about_whom_the_mail_was_for() -> None:
    raw = (MAILS / "complaint_by_the_standard.eml").read_bytes()
    read = read_report(raw.replace(b"Original-Rcpt-To: <ada.finch@larkspur.example>\n", b""))
    assert read is not None
    assert [each.address for each in read.addresses] == ["ada.finch@larkspur.example"]


def test_a_complaint_as_outlook_sends_it() -> None:
    raw = (
        b"From: staff@hotmail.example\r\nTo: abuse@cluster.example\r\nSubject: complaint about message from 192.0.2.1\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n'
        b"X-HmXmrOriginalRecipient: ada@hotmail.example\r\nTo: undisclosed\r\n\r\nNews\r\n--b--\r\n"
    )
    read = read_report(raw)
    assert read is not None
    assert (read.addresses[0].address, read.addresses[0].kind) == ("ada@hotmail.example", COMPLAINT)


NOTICE = b'{"notificationType":"Bounce","bounce":{"bounceType":"%s","bouncedRecipients":[{"emailAddress":"Ada <ada@larkspur.example>","status":"5.1.1","diagnosticCode":"smtp; 550 user unknown"}, 7]}}'


def test_notices_of_a_sending_service_are_read() -> None:
    head = b"From: no-reply@sns.amazonaws.com\r\nSubject: Notice\r\n\r\n"
    read = read_report(head + NOTICE % b"Permanent")
    assert read is not None
    assert [(each.address, each.kind, each.status) for each in read.addresses] == [
        ("ada@larkspur.example", HARD, "5.1.1")
    ]
    wrapped = json.dumps({"Type": "Notification", "Message": (NOTICE % b"Permanent").decode()}, indent=2)
    inside = read_report(head + wrapped.encode())
    assert inside is not None
    assert inside.addresses == read.addresses
    later = read_report(head + NOTICE % b"Transient")
    assert later is not None
    assert not later.addresses[0].given_up
    complaint = b'{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"ada@larkspur.example"}]}}'
    complained = read_report(head + complaint)
    assert complained is not None
    assert complained.addresses[0].kind is COMPLAINT
    for broken in (b'{"notificationType":"Delivery","bounce":[]}', b'{"notificationType":[', b"[]"):
        assert read_report(head + broken) is None


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        ("5.1.1", "", HARD),
        ("5.1.1", "550 5.1.1 user unknown", HARD),
        ("5.7.1", "550 5.7.1 no such user here", HARD),
        ("5.4.4", "Domain name not found", HARD),
        ("5.1.10", "RecipientNotFound", HARD),
        ("5.2.2", "mailbox full", SOFT),
        ("5.1.1", "Mailbox quota exceeded", SOFT),
        ("5.7.1", "Message rejected as spam by our filter", SOFT),
        ("5.1.1", "Client host blocked using a list", SOFT),
        ("5.1.8", "Sender address rejected: domain not known", SOFT),
        ("5.3.4", "Message size exceeds fixed limit", SOFT),
        ("5.4.6", "mail loops back to myself", SOFT),
        ("5.7.26", "This mail is unauthenticated", SOFT),
        ("4.2.2", "", SOFT),
        ("5.0.0", "", SOFT),
        ("", "", SOFT),
    ],
)
def test_only_what_is_wrong_with_the_address_is_hard(status: str, words: str, kind: BounceKind) -> None:
    assert kind_of(status, words) is kind


def test_nothing_is_hard_while_it_is_still_tried() -> None:
    assert kind_of("5.1.1", "user unknown", given_up=False) is SOFT


@pytest.mark.parametrize(
    ("words", "status"),
    [("smtp; 550 5.01.01 no", "5.1.1"), ("550 no", "5.0.0"), ("host 192.0.2.550", ""), ("Nobody", "")],
)
def test_codes_are_found_in_words(words: str, status: str) -> None:
    assert status_in(words) == status


def test_the_list_of_detectors_has_the_shape_that_is_relied_on() -> None:
    names = {each.__name__ for each in _scan._DETECTORS}
    assert {"DSN", "LLNL", "Exim", "Qmail", "Postfix", "SimpleMatch"} <= names
    assert len(EXACT) + len(GENERAL) == len(names) - 2
    assert [each.__name__ for each in GENERAL] == ["SimpleMatch", "SimpleWarning"]
    assert all(isinstance(each, type) and callable(each.process) for each in (*EXACT, *GENERAL))


PIECES = [
    b"Final-Recipient: rfc822; ", b"Action: failed\r\n", b"Status: 5.1.1\r\n", b"<a@b.example>", b"\r\n", b"--x\r\n", b"a@b.example: user unknown\r\n",
    b"Content-Type: message/delivery-status\r\n", b"Content-Type: multipart/report; boundary=x\r\n", b"\xff\xfe\x00", b"could not be delivered to ",
    b"Feedback-Type: abuse\r\n", b"Content-Type: message/feedback-report\r\n", b"--- Below this line is a copy of the message.\r\n", b"Received: for <c@d.example>\r\n",
    b"X-Failed-Recipients: a@b.example\r\n", b"From: MAILER-DAEMON@b.example\r\n", b"{\"notificationType\":", b"=?utf-8?b?//8?=", b"Content-Transfer-Encoding: base64\r\n",
]  # fmt: skip


@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=40)), max_size=30),
    st.sampled_from(["", None, "a@b.example"]),
)
@settings(max_examples=300, deadline=2_000)
def test_any_bytes_at_all_are_read_or_left(pieces: list[bytes], mail_from: str | None) -> None:
    read = read_report(b"".join(pieces), mail_from=mail_from)
    for each in read.addresses if read else ():
        assert each.address == each.address.lower()
        assert "\n" not in each.address + each.reason + each.status
