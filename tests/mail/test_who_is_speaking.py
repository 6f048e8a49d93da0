"""Who is speaking: rights for whom somebody vouches for, public facts for the rest, and both are told plainly."""

import pytest
from sqlmodel import Session, select

from bot.judging import judge_of, told
from bot.settings import SettingsProblem, read_settings
from mail.authentication.judges import ByChecking, ByResults
from mail.trust import believe
from store.models import Introduction, Person
from store.store import Store
from tests.factories import add_golden_region, add_person
from tests.mail.correspondence import (
    MEMBER,
    Clock,
    a_mail,
    a_working_desk,
    all_worked_through,
    answers,
    arrive,
    at,
    words_of,
)

OURS = "mx.cluster.example"
PASS = f"{OURS}; dmarc=pass header.from=firm.example"
FAIL = f"{OURS}; dmarc=fail header.from=firm.example"
OTHERS = "mx.evil.example; dmarc=pass header.from=firm.example"


def furnish(session: Session) -> None:
    region = add_golden_region(session)
    add_person(session, name="Alice Marsh", addresses=[MEMBER])
    add_person(session, name="Tom Alder", organisation_id=region["Larkspur Vectors Ltd"], main_contact=True)


async def told_by_mail(store: Store, *mails: bytes) -> list[str]:
    await store.write(furnish)
    async with a_working_desk(store, Clock(at()), judge=ByResults(OURS)) as desk:
        for mail in mails:
            await arrive(store, mail, now=at())
            await all_worked_through(store, desk)
    return [words_of(each) for each in await store.read(answers)]


async def test_a_member_vouched_for_has_rights(store: Store) -> None:
    asked, introduced = await told_by_mail(
        store,
        a_mail("who does viral vectors near Macclesfield?", Authentication_Results=PASS),
        a_mail("introduce me to Larkspur Vectors: we need AAV", Authentication_Results=PASS),
    )
    assert "introduce 1" in asked
    assert "public facts" not in asked
    assert "Larkspur" in introduced
    assert await store.read(introductions) == 1


@pytest.mark.parametrize(
    ("results", "why"), [(FAIL, "fails DMARC"), (OTHERS, "could not make sure"), ("", "could not make sure")]
)
async def test_whom_nobody_vouches_for_gets_public_facts_and_does_nothing(
    sqlite_store: Store, results: str, why: str
) -> None:
    headers = {"Authentication_Results": results} if results else {}
    [said] = await told_by_mail(
        sqlite_store, a_mail("introduce me to Larkspur Vectors: we need AAV", **headers)
    )
    assert why in " ".join(said.split())
    assert "Tom Alder" not in said
    assert await sqlite_store.read(introductions) == 0


async def test_nobody_switches_off_a_member_s_mail_in_their_name(sqlite_store: Store) -> None:
    await told_by_mail(sqlite_store, a_mail("stop", Authentication_Results=FAIL))
    on = await sqlite_store.read(
        lambda session: session.exec(select(Person.newsletters).where(Person.name == "Alice Marsh")).one()
    )
    assert on


async def test_people_are_not_named_to_whom_nobody_vouches_for(sqlite_store: Store) -> None:
    said = await told_by_mail(sqlite_store, a_mail("who is the contact at Larkspur Vectors?"))
    assert "Tom" not in "".join(said)


def introductions(session: Session) -> int:
    return len(session.exec(select(Introduction.id)).all())


@pytest.mark.parametrize(
    ("settings", "judge"),
    [
        ({}, ByChecking), ({"MAIL_AUTHSERV_ID": OURS}, ByResults),
        ({"MAIL_AUTHSERV_ID": OURS, "MAIL_AUTHENTICATION": "check"}, ByChecking),
    ],
)  # fmt: skip
def test_the_settings_say_who_vouches(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], judge: type
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"WHODOES_{name}", value)
    read = read_settings()
    assert isinstance(judge_of(read), judge)
    assert told(read)


def test_everybody_is_believed_only_where_nobody_else_can_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODOES_MAIL_AUTHENTICATION", "none")
    assert judge_of(read_settings()) is believe
    assert "Every sender is believed" in told(read_settings())
    monkeypatch.setenv("WHODOES_MAIL_PUBLIC", "true")
    with pytest.raises(SettingsProblem, match="believe anybody"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WHODOES_MAIL_AUTHENTICATION", "results", "WHODOES_MAIL_AUTHSERV_ID"),
        ("WHODOES_MAIL_AUTHSERV_ID", "mx.cluster.example; dmarc=pass", "stands first"),
        ("WHODOES_MAIL_AUTHENTICATION", "perhaps", "WHODOES_MAIL_AUTHENTICATION"),
    ],
)
def test_settings_that_cannot_work_say_so(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsProblem, match=said):
        read_settings()
