"""The announcements that mail programs put above a quote, as Gmail and others write them in forty languages."""

import pytest

from mail.reply_text import reply_of

ANNOUNCEMENTS = [
    "Em seg., 23 de nov. de 2026 às 09:12, Ann <a@b.example> escreveu:",
    "El lun, 23 nov 2026 a las 9:12, Ann (<a@b.example>) escribió:",
    "Le lun. 23 nov. 2026 à 09:12, Ann <a@b.example> a écrit :",
    "Am Mo., 23. Nov. 2026 um 09:12 Uhr schrieb Ann <a@b.example>:",
    "Il giorno lun 23 nov 2026 alle ore 09:12 Ann <a@b.example> ha scritto:",
    "Op ma 23 nov 2026 om 09:12 schreef Ann <a@b.example>:",
    "pon., 23 lis 2026 o 09:12 Ann <a@b.example> napisał(a):",
    "пн, 23 нояб. 2026 г. в 09:12, Ann <a@b.example>:",
    "2026年11月23日(月) 9:12 Ann <a@b.example>:",
    "Ann <a@b.example> 于2026年11月23日周一 09:12写道：",
    "2026년 11월 23일 (월) 오전 9:12, Ann <a@b.example>님이 작성:",
    "Den mån 23 nov. 2026 kl 09:12 skrev Ann <a@b.example>:",
    "man. 23. nov. 2026 kl. 09.12 skrev Ann <a@b.example>:",
    "ma 23. marrask. 2026 klo 9.12 Ann (a@b.example) kirjoitti:",
    "po 23. 11. 2026 v 9:12 odesílatel Ann <a@b.example> napsal:",
    "Ann <a@b.example> ezt írta (időpont: 2026. nov. 23., H, 9:12):",
    "În lun., 23 nov. 2026 la 09:12, Ann <a@b.example> a scris:",
    "23 Kas 2026 Pzt 09:12 tarihinde Ann <a@b.example> şunu yazdı:",
    "Στις Δευ 23 Νοε 2026 στις 9:12 π.μ., ο χρήστης Ann <a@b.example> έγραψε:",
    "пн, 23 лист. 2026 р. о 09:12 Ann <a@b.example> пише:",
    "בתאריך יום ב׳, 23 בנוב׳ 2026 ב-9:12 מאת Ann <a@b.example>:",
    "في الاثنين، 23 نوفمبر 2026 في 9:12 ص تمت كتابة ما يلي بواسطة Ann <a@b.example>:",
    "Vào Th 2, 23 thg 11, 2026 vào lúc 09:12 Ann <a@b.example> đã viết:",
    "เมื่อ จ. 23 พ.ย. 2026 เวลา 09:12 Ann <a@b.example> เขียนว่า:",
    "Pada Sen, 23 Nov 2026 pukul 09.12 Ann <a@b.example> menulis:",
    "El dl., 23 de nov. 2026 a les 9:12, Ann <a@b.example> va escriure:",
    "Dňa po 23. 11. 2026 o 9:12 Ann <a@b.example> napísal(a):",
    "пон, 23.11.2026 г. в 9:12 ч. Ann <a@b.example> написа:",
    "On Nov 23, 2026, at 9:12 AM, Ann <a@b.example> wrote:",
    "On Mon, Nov 23 2026 at 9:12 AM, Ann < a@b.example > wrote:",
    "Den 23/11/2026 kl. 09.12 skrev Ann:",
    "Am 23.11.26 um 09:12 schrieb Ann:",
    "On 23/11/2026 09:12, Ann wrote:",
    "Ann wrote on 23/11/2026 09:12:",
    "------- Original Message -------\nOn Monday, November 23rd, 2026 at 9:12 AM, Ann <a@b.example> wrote:",
    "Dana pon, 23. stu 2026. u 09:12 Ann <a@b.example> napisao je:",
    "V pon., 23. nov. 2026 ob 09:12 je oseba Ann <a@b.example> napisala:",
    "E, 23. november 2026 kell 09:12 kirjutas Ann (<a@b.example>):",
    "2026-11-23, pr, 09:12 Ann <a@b.example> rašė:",
    "Pirmd., 2026. g. 23. nov., plkst. 09:12 — lietotājs Ann (<a@b.example>) rakstīja:",
    "सोम, 23 नव॰ 2026 को 9:12 am बजे को Ann <a@b.example> ने लिखा:",
]


@pytest.mark.parametrize("quote", ["> Here is\n> more", "Here is\nmore"])
@pytest.mark.parametrize("announced", ANNOUNCEMENTS)
def test_what_announces_a_quote_is_cut_with_it_in_any_language(announced: str, quote: str) -> None:
    assert reply_of(f"Yes please.\n\n{announced}\n\n{quote}\n") == "Yes please."


@pytest.mark.parametrize("announced", [each for each in ANNOUNCEMENTS if " Ann <" in each])
def test_it_may_be_broken_over_two_lines(announced: str) -> None:
    folded = announced.replace(" Ann <", " Ann\n<")
    assert reply_of(f"Yes please.\n\n{folded}\n\n> Here is\n> more\n") == "Yes please."


@pytest.mark.parametrize(
    "own",
    [
         "We meet on 23/11/2026 at 09:12 in:", "The plan for 23 Nov 2026, 09:12:",
    ],
)  # fmt: skip
def test_a_date_in_the_writers_own_words_costs_nothing_below_it(own: str) -> None:
    assert "Ely, as Ben said." in reply_of(f"Yes please.\n\n{own}\n\nEly, as Ben said.\n")
