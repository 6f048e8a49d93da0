"""Of a mail's text the new part is kept and the past is cut; in doubt nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.marker import MARKER
from mail.reply_text import reply_of

NEW = "Please introduce me to number 2."
QUOTE = "> 1. Quill Assays\n>\n> 2. Brackenfield Biologics"

ANNOUNCEMENTS = [
    "On Mon, 4 May 2026 at 09:13, Cluster Assistant <assistant@cluster.example> wrote:",
    "On Mon, 4 May 2026 at 09:13, Cluster Assistant\n<assistant@cluster.example>\nwrote:",
    "On 2026-05-04 09:13, Cluster Assistant wrote:",
    "At 09:13 04/05/2026, you wrote:",
    "---- On Mon, 04 May 2026 09:13:00 +0100 Cluster Assistant <assistant@cluster.example> wrote ----",
    "Cluster Assistant <assistant@cluster.example> wrote on Mon, 4 May 2026, 09:13:",
    "2026-05-04 9:13 GMT+01:00 Cluster Assistant <assistant@cluster.example>:",
    "Am 04.05.2026 um 09:13 schrieb Cluster Assistant <assistant@cluster.example>:",
    "Le lun. 4 mai 2026 à 09:13, Cluster Assistant <assistant@cluster.example> a écrit :",
    "El lun, 4 may 2026 a las 9:13, Cluster Assistant (<assistant@cluster.example>) escribió:",
    "Em seg., 4 de mai. de 2026 às 09:13, Cluster Assistant <\nassistant@cluster.example> escreveu:",
    "Il giorno lun 4 mag 2026 alle ore 09:13 Cluster Assistant <\nassistant@cluster.example> ha scritto:",
    "Op ma 4 mei 2026 om 09:13 schreef Cluster Assistant <assistant@cluster.example>:",
    "Op 4 mei 2026 om 09:13 heeft Cluster Assistant <assistant@cluster.example> het volgende geschreven:",
    "Den mån 4 maj 2026 kl 09:13 skrev Cluster Assistant <assistant@cluster.example>:",
    "man. 4. maj 2026 kl. 09.13 skrev Cluster Assistant <assistant@cluster.example>:",
    "ma 4. toukok. 2026 klo 9.13 Cluster Assistant (assistant@cluster.example) kirjoitti:",
    "pon., 4 maj 2026 o 09:13 Cluster Assistant <assistant@cluster.example> napisał(a):",
    "po 4. 5. 2026 v 9:13 odesílatel Cluster Assistant <assistant@cluster.example> napsal:",
    "Cluster Assistant <assistant@cluster.example> ezt írta (időpont: 2026. máj. 4., H, 9:13):",
    "În lun., 4 mai 2026 la 09:13, Cluster Assistant <assistant@cluster.example> a scris:",
    "Cluster Assistant <assistant@cluster.example>, 4 May 2026 Pzt, 09:13 tarihinde şunu yazdı:",
    "Στις Δευ 4 Μαΐ 2026 στις 9:13 π.μ., ο χρήστης Cluster Assistant <assistant@cluster.example> έγραψε:",
    "пн, 4 мая 2026 г. в 09:13, Cluster Assistant <assistant@cluster.example>:",
    "04.05.2026 09:13, Cluster Assistant пишет:",
    "пн, 4 трав. 2026 р. о 09:13 Cluster Assistant <assistant@cluster.example> пише:",
    "在 2026年5月4日周一 09:13,Cluster Assistant <assistant@cluster.example> 写道:",
    "2026年5月4日(月) 9:13 Cluster Assistant <assistant@cluster.example>:",
    "2026년 5월 4일 (월) 오전 9:13, Cluster Assistant <assistant@cluster.example>님이 작성:",
    "Vào Th 2, 4 thg 5, 2026 vào lúc 09:13 Cluster Assistant <assistant@cluster.example> đã viết:",
    "In a message dated 5/4/2026 9:13:00 A.M., assistant@cluster.example writes:",
    "Quoting Cluster Assistant <assistant@cluster.example>:",
    "Dana 4.5.2026. u 9:13, Cluster Assistant je napisao/la:",
]

HEADER_BLOCKS = [
    "From: Cluster Assistant\nSent: 04 May 2026 09:13\nTo: Ann Marsh\nSubject: Antibody testing",
    "*From:* Cluster Assistant\n*Sent:* 04 May 2026 09:13\n*To:* Ann Marsh\n*Subject:* Antibody testing",
    "Von: Cluster Assistant\nGesendet: Montag, 4. Mai 2026 09:13\nAn: Ann Marsh\nBetreff: Antikörper",
    "De : Cluster Assistant\nEnvoyé : lundi 4 mai 2026 09:13\nÀ : Ann Marsh\nObjet : Anticorps",
    "De: Cluster Assistant\nEnviado el: lunes, 4 de mayo de 2026 9:13\nPara: Ann Marsh\nAsunto: Anticuerpos",
    "Da: Cluster Assistant\nInviato: lunedì 4 maggio 2026 09:13\nA: Ann Marsh\nOggetto: Anticorpi",
    "Van: Cluster Assistant\nVerzonden: maandag 4 mei 2026 09:13\nAan: Ann Marsh\nOnderwerp: Antilichamen",
    "Från: Cluster Assistant\nSkickat: den 4 maj 2026 09:13\nTill: Ann Marsh\nÄmne: Antikroppar",
    "Od: Cluster Assistant\nWysłano: 4 maja 2026 09:13\nDo: Ann Marsh\nTemat: Przeciwciała",
    "От: Cluster Assistant\nОтправлено: 4 мая 2026 г. 9:13\nКому: Ann Marsh\nТема: Антитела",
    "发件人: Cluster Assistant\n发送时间: 2026年5月4日 9:13\n收件人: Ann Marsh\n主题: 抗体",
    "From: assistant@cluster.example\nDate: Mon, 4 May 2026",
    "-----Original Message-----\nFrom: somebody",
    "-----Ursprüngliche Nachricht-----",
    "________________________________\nFrom: Cluster Assistant\nSent: Monday\nTo: Ann",
]

PHONES = [
    "Sent from my iPhone",
    "Sent from my Galaxy",
    "Sent from Outlook for iOS",
    "Get Outlook for Android<https://phones.example/x>",
    "Von meinem iPhone gesendet",
    "Gesendet von Outlook für Android",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Wysłane z iPhone'a",
    "Отправлено с iPhone",
    "发自我的 iPhone",
    "iPhoneから送信",
    "나의 iPhone에서 보냄",
]


@pytest.mark.parametrize("announced", ANNOUNCEMENTS)
def test_a_quote_below_the_reply_is_cut_with_what_announces_it(announced: str) -> None:
    assert reply_of(f"{NEW}\n\n{announced}\n\n{QUOTE}\n") == NEW


@pytest.mark.parametrize("announced", ANNOUNCEMENTS)
def test_a_quote_without_marks_is_cut_too(announced: str) -> None:
    assert reply_of(f"{NEW}\n\n{announced}\n\nWhich of these two?\n\nKind regards\n") == NEW


@pytest.mark.parametrize("announced", ANNOUNCEMENTS)
def test_what_is_written_below_a_quote_is_kept(announced: str) -> None:
    assert reply_of(f"{announced}\n{QUOTE}\n\n{NEW}\n") == NEW


@pytest.mark.parametrize("header", HEADER_BLOCKS)
def test_a_mail_below_its_own_header_is_cut(header: str) -> None:
    assert reply_of(f"{NEW}\n\n{header}\n\nWhich of these two?\n") == NEW


@pytest.mark.parametrize("phone", PHONES)
def test_what_a_phone_adds_is_cut(phone: str) -> None:
    assert reply_of(f"{NEW}\n\n{phone}\n") == NEW
    assert reply_of(f"{NEW}\n\n{phone}\n\n{ANNOUNCEMENTS[0]}\n{QUOTE}\n") == NEW


@pytest.mark.parametrize(
    "text",
    [
        "Who sent from Macclesfield to Leeds, and who from York?",
        "Sent from my desk, where we need a centrifuge.",
        "On Monday we need:\n- a centrifuge\n- a clean room",
        "Who wrote: 'freeze drying is dead'?",
        "> this line I typed with an arrow of my own\nWho does it?",
        "From: Leeds\nWho can drive samples?",
        "Date: Monday 4 May\nTime: 9:13\nWho comes?",
        "We need\n--\nnothing\n" + "more lines than a signature has\n" * 20,
        "We need:\n------\na centrifuge",
        "Best\nWhat is the best centrifuge?",
        "Kind regards from Leeds, who does freeze drying?",
        "Kind regards\nAnn",
        "Thanks",
        "> only\n> quoted",
        "We met on 3 May 2026 at 10:00 and Ann wrote the following list:\n- a centrifuge",
        "Someone wrote to us at info@fen.example and asked:\nwho does freeze drying?",
        "I need 3 things by 2026-05-04:\n- steel",
        "Who to ask in 2026 at ann@fen.example:\nanybody",
        "Best,\nAnn\n\nWho does freeze drying? See www.fen.example",
        "2026-05-04 09:13\n04.05.2026 09:13\nare dates",
    ],
)
def test_everyday_text_that_only_looks_like_a_quote_or_a_signature_is_kept(text: str) -> None:
    assert reply_of(text) == text.strip()


@pytest.mark.parametrize(
    "below",
    [
        "-- \nAnn Marsh\nMoorland Labs",
        "--\nAnn Marsh",
        "Kind regards,\n\nAnn Marsh\nMoorland Labs\n+44 1625 555 0123",
        "Best wishes\nAnn\nwww.moor.example",
        "Med vänliga hälsningar\nAnn\nann@fen.example",
        "____________\nfen mailing list\nfen@lists.example",
        "This e-mail and any attachments are confidential.\nIf you are not Ann, forget it.",
        "Kind regards\nAnn\nann@fen.example\n\nThis message is intended only for Ann.",
    ],
)
def test_a_signature_or_a_legal_notice_is_cut(below: str) -> None:
    assert reply_of(f"{NEW}\n\n{below}\n") == NEW
    assert reply_of(f"{NEW}\n\n{below}\n\n{ANNOUNCEMENTS[0]}\n\n{QUOTE}\n") == NEW


def test_a_sign_off_with_a_question_below_is_no_signature() -> None:
    text = f"{NEW}\n\nKind regards\nAnn 01625 555 0123\nPS. Who does freeze drying?"
    assert reply_of(text) == text


def test_a_reply_around_a_quote_keeps_both_ends() -> None:
    assert reply_of(f"{NEW}\n\n{ANNOUNCEMENTS[0]}\n{QUOTE}\n\nAnd number 3.") == f"{NEW}\n\n\nAnd number 3."


def test_quotes_that_answers_refer_to_are_kept() -> None:
    text = "> Where?\nLeeds.\n> When?\nIn May."
    assert reply_of(f"{ANNOUNCEMENTS[0]}\n{text}") == text


def test_a_quote_nobody_announced_is_cut_at_the_end() -> None:
    assert reply_of(f"{NEW}\n\n{QUOTE}\n") == NEW


def test_a_quoted_line_that_was_broken_is_still_quoted() -> None:
    broken = "> a quoted line that is so very long that the mail program broke\nit in two\n> (https://fen.example/a\n?b=c)\n> end"
    assert reply_of(f"{NEW}\n\n{ANNOUNCEMENTS[0]}\n{broken}") == NEW


def test_everything_below_our_own_marker_is_the_past() -> None:
    assert reply_of(f"{NEW}\n\n> -- {MARKER.capitalize()} --\nanything\n> at all\nhere") == NEW


def test_a_mail_that_only_quotes_says_nothing() -> None:
    assert reply_of(f"{ANNOUNCEMENTS[0]}\n{QUOTE}\n") == ""
    assert reply_of(f"Sent from my iPhone\n\n{ANNOUNCEMENTS[0]}\n{QUOTE}\n") == ""


@pytest.mark.parametrize(
    "mark",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
        "Début du message transféré :",
        "---------- Doorgestuurd bericht ----------",
    ],
)
def test_a_forward_keeps_the_mail_it_carries(mark: str) -> None:
    text = (
        f"Can you help?\n\n{mark}\n{HEADER_BLOCKS[0]}\n\nWe need a clean room.\n\n{ANNOUNCEMENTS[0]}\n{QUOTE}"
    )
    assert reply_of(text) == text


@pytest.mark.parametrize(
    "subject", ["Fwd: help", "FW: help", "WG: Hilfe", "[fen] TR : aide", "RV: ayuda", "转发：help"]
)
def test_a_forward_is_known_by_its_subject(subject: str) -> None:
    text = f"Can you help?\n\n{HEADER_BLOCKS[0]}\n\nWe need a clean room."
    assert reply_of(text, subject=subject) == text
    assert reply_of(text, subject="Re: help") == "Can you help?"


@pytest.mark.parametrize("header", [HEADER_BLOCKS[0], HEADER_BLOCKS[2], HEADER_BLOCKS[12]])
def test_a_mail_that_begins_with_another_mail_is_a_forward(header: str) -> None:
    text = f"{header}\n\nWe need a clean room."
    assert reply_of(text) == text


LINES = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "> quoted",
            ">",
            ">:",
            "-- ",
            "----",
            "wrote:",
            "text",
            "Thanks",
            "Regards,",
            "ann@fen.example",
            "Sent from my iPhone",
            "-----Original Message-----",
            "Begin forwarded message:",
            MARKER,
            "This message is confidential",
            "From: ann@fen.example",
            "To: b",
            *(announced for announced in ANNOUNCEMENTS if "\n" not in announced),
        ]
    ),
    st.text(st.characters(exclude_characters="\n"), max_size=20),
)


@settings(deadline=None, max_examples=500)
@given(st.lists(LINES, max_size=25), st.text(max_size=10))
def test_any_text_gives_some_of_its_own_lines_in_their_order(lines: list[str], subject: str) -> None:
    remaining = iter(lines)
    kept = reply_of("\n".join(lines), subject=subject)
    assert not kept or all(line in remaining for line in kept.split("\n"))


@settings(deadline=None)
@given(st.lists(st.text(st.characters(categories=["L", "Nd", "Zs"]), max_size=30), max_size=20))
def test_text_without_any_sign_of_a_quote_is_kept_whole(lines: list[str]) -> None:
    text = "\n".join(f"we need {line} today" for line in lines)
    assert reply_of(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "On " * 2_000_000,
        "On x\n" * 1_000_000,
        ">" * 4_000_000,
        "> q\n" * 1_000_000,
        " " * 4_000_000,
        "\n" * 4_000_000,
        "From: a" * 500_000,
        "From: a\n\nx\n" * 300_000,
        "-" * 4_000_000,
        "_ " * 2_000_000,
        ("x" * 60 + " wrote:\n") * 50_000,
        "On 4 May 2026 09:13 wrote\n" * 100_000,
        "Kind regards\n" * 200_000,
        "--\nx\n" * 500_000,
        "> q\n\n\n" * 500_000,
        "a@" * 2_000_000 + ":",
        "This email " * 300_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_text_made_to_be_slow_is_read_all_the_same(text: str) -> None:
    assert len(reply_of(text)) <= 64 * 1024
