"""An issue from news to archive: what members sent, what the region has, and what staff made of it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from bot.assistant.acting import Act
from bot.assistant.campaigns.steering import cancel
from bot.assistant.house import House
from bot.assistant.newsletter.editing import drafted, put, sendable
from bot.assistant.newsletter.issue_file import NOTE, Unfit, read_issue
from bot.assistant.newsletter.newsdesk import decline, mend, news_in, pick, take_news
from scheduler.newsletter import publish
from store.campaigns.audience import audience_of
from store.kinds import CampaignKind, CampaignState, Listing, Medium, NeedKind, NewsState, StaffRole
from store.models import Campaign, NeedOrOffer
from store.newsletter.issues import all_issues, issue, published
from store.newsletter.news import pieces
from store.people import Asker, Stranger, by_id
from store.store import Store
from tests.factories import NOW, add_event, add_organisation, add_person

HOUSE = House("Harrowdale")


def act(by: Asker, medium: Medium = Medium.EMAIL, evidence: str = "mail:1") -> Act:
    return Act(by, medium, evidence, HOUSE, NOW)


TERMINAL = act(Stranger(), Medium.TERMINAL)


def furnish(session: Session) -> tuple[Asker, Asker]:
    """A member and somebody of the staff; a new member, an event and a need, and one of each that is not for all."""
    firm = add_organisation(
        session, name="Ash & *Vale*", town="Leek", summary="Sepsis <b>panels</b>", website="https://ash.example",
        member_since=date(2026, 11, 2), needs=["strips in runs of 500"],
    )  # fmt: skip
    hidden = add_organisation(
        session,
        name="Hidden Ltd",
        listing=Listing.UNLISTED,
        member_since=date(2026, 11, 2),
        needs=["secrets"],
    )
    add_organisation(session, name="Old Member Ltd", member_since=date(2020, 1, 1))
    session.add(
        NeedOrOffer(organisation_id=firm, kind=NeedKind.NEED, text="stale", expires_on=date(2026, 1, 1))
    )
    add_event(session, title="Winter evening", starts_at=NOW + timedelta(days=30), venue="The Mill",
              url="https://events.example/1", zone="Europe/London")  # fmt: skip
    assert hidden
    member = add_person(session, name="Ada Marsh", organisation_id=firm)
    staff = add_person(session, name="Sue Staff", staff_role=StaffRole.STAFF)
    return by_id(session, member), by_id(session, staff)


def made(session: Session) -> str:
    """One piece of news is picked; returns the draft with the editor's words in it."""
    member, staff = furnish(session)
    told = take_news(session, "We won a grant\n\nIt is £1.2m. See https://ash.example/grant.", act(member))
    assert told.about is not None
    assert pick(session, told.about, act(staff)).done
    return drafted(session, TERMINAL).replace(NOTE, "What a month!")


async def test_the_draft_has_what_the_region_has_and_nothing_hidden(store: Store) -> None:
    source = await store.write(made)
    for words in ("We won a grant", "It is £1.2m.", "(<https://ash.example/grant>)", "Ash & \\*Vale\\*", "Leek",
                  "Winter evening", "The Mill", "strips in runs of 500", "What a month!"):  # fmt: skip
        assert words in source
    for words in ("Hidden", "secrets", "Old Member", "stale"):
        assert words not in source
    file = read_issue(source)
    assert (file.slug, file.title, file.hours) == ("2026-12", "News of Harrowdale", "9-17")


async def test_news_is_submitted_once_picked_mended_and_declined_by_staff_alone(store: Store) -> None:
    def go(session: Session) -> None:
        member, staff = furnish(session)
        first = take_news(session, "We won. It was hard work.", act(member))
        assert take_news(session, "We won. It was hard work.", act(member)).about == first.about
        [piece] = pieces(session)
        assert (piece.title, piece.text, piece.organisation) == (
            "We won",
            "It was hard work.",
            "Ash & *Vale*",
        )
        number = piece.id
        for refused in (
            pick(session, number, act(member)),
            mend(session, number, act(member), title="Mine"),
            take_news(session, "spam", act(Stranger(), evidence="mail:2")),
            take_news(session, "", act(member, evidence="mail:3")),
            pick(session, 99, act(staff)),
            mend(session, 99, act(staff)),
        ):
            assert not refused.done
        assert mend(
            session, number, act(staff), title="They won", text="Hard work.", link="https://x.example"
        ).done
        assert pick(session, number, act(staff)).done
        assert decline(session, number, act(staff)).done
        assert pieces(session, NewsState.DECLINED)[0].title == "They won"
        assert pieces(session, NewsState.PICKED) == ()

    await store.write(go)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("news: We won", "We won"),
        (" News item: We won\nmore", "We won\nmore"),
        ("news:", ""),
        ("news from Leek: x", None),
        ("any news?", None),
    ],
)
def test_news_is_heard_only_where_a_message_begins_so(said: str, found: str | None) -> None:
    assert news_in(said) == found


async def test_an_issue_becomes_a_broadcast_is_changed_and_goes_into_the_archive(store: Store) -> None:
    source = await store.write(made)
    told = await store.write(put, source, TERMINAL)
    assert told.done, told.text
    told = await store.write(put, source.replace("What a month!", "What a year!"), TERMINAL)
    assert told.done, told.text

    def kept(session: Session) -> None:
        [campaign] = session.exec(select(Campaign)).all()
        assert (campaign.kind, campaign.state) == (CampaignKind.NEWSLETTER, CampaignState.DRAFT)
        assert campaign.topic == "newsletter"
        assert "What a year!" in campaign.body
        assert campaign.content == {
            "issue": "2026-12", "title": "News of Harrowdale", "preview": "We won a grant; Winter evening",
        }  # fmt: skip
        audience = audience_of(campaign.audience)
        assert audience.everyone
        assert audience.subscribers
        assert sendable(session, "2026-12") == ""
        assert "no such issue" in sendable(session, "2027-01")
        assert published(session) == ()

    def goes_out(session: Session) -> None:
        [campaign] = session.exec(select(Campaign)).all()
        campaign.state, campaign.frozen_at = CampaignState.RUNNING, NOW
        session.add(campaign)

    await store.read(kept)
    assert await publish(store, now=NOW) == 0
    await store.write(goes_out)
    assert await publish(store, now=NOW) == 1
    assert await publish(store, now=NOW) == 0
    assert [each.slug for each in await store.read(published)] == ["2026-12"]
    assert [each.state for each in await store.read(pieces)] == [NewsState.PRINTED]
    assert not (await store.write(put, source, TERMINAL)).done
    assert not (await store.write(pick, 1, TERMINAL)).done
    assert "running" in await store.read(sendable, "2026-12")


async def test_what_cannot_be_kept_is_told_kindly_and_nothing_is_kept(store: Store) -> None:
    source = await store.write(made)
    changes: list[tuple[Callable[[str], str], str]] = [
        (lambda s: s.replace("---\n", "", 1), "begins with its fields"),
        (lambda s: s.replace("issue: 2026-12", "issue: ../x"), "short name"),
        (lambda s: s.replace("title: News", "titel: News"), "titel"),
        (lambda s: s.replace("title: News of Harrowdale", "title:"), "title"),
        (lambda s: s.replace("send:", "send: 1 November 2026 09:00"), "over"),
        (lambda s: s.replace("send:", "send: whenever"), "whenever"),
        (lambda s: s.replace("hours: 9-17", "hours: day"), "two hours"),
        (lambda s: s.replace("What a month!", NOTE), "still there"),
        (lambda s: s + "x" * 30_000, "the most"),
        (lambda s: s.partition("What a")[0], "says nothing"),
    ]
    for change, why in changes:
        told = await store.write(put, change(source), TERMINAL)
        assert not told.done
        assert why in told.text
    assert await store.read(all_issues) == ()
    assert not (await store.write(put, source, act(Stranger()))).done
    assert await store.read(issue) is None
    told = await store.write(put, source.replace("send:", "send: 1 December 2026 09:00"), TERMINAL)
    assert told.done
    assert (await store.write(cancel, told.about or 0, TERMINAL)).text


def test_a_file_that_says_nothing_is_refused() -> None:
    with pytest.raises(Unfit):
        read_issue("")
