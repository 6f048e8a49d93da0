"""What the benchmarks are made of does what it says: figures nobody checks mislead."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.judged import EVERY_CLASS, JudgedRefused, measure
from mail.inbound import InboundMail, read_mail
from store.search.entry import Entry, EntryPerson, EntrySite
from tests.bench import campaign_drain, campaign_limits, campaign_peer, campaign_region, events
from tests.bench.accepting import verdict
from tests.bench.campaigns import windows
from tests.bench.directory import import_files, keep, listed, write_entries
from tests.bench.grids import figure, lined_up
from tests.bench.home import of_home
from tests.bench.judged_folder import Judged, judged_of
from tests.bench.mail_sink import our_sink
from tests.bench.mailing import answered, fill, waited
from tests.bench.parts import PARTS
from tests.bench.peers.peer import NotMeasured
from tests.bench.region import Region as MadeUp
from tests.bench.switching import without
from tests.bench.trials import Region, tried
from tests.bench.written_mails import written

ORGANISATIONS = (
    {
        "id": "t1",
        "name": "Tamarisk Gene Works",
        "description": "Makes viral vectors.",
        "country": "United Kingdom",
    },
    {"id": "f1", "name": "Fenwick Flow", "description": "Lateral flow tests.", "country": "Ireland"},
)
ASKS = (
    {"id": "1", "text": "who makes viral vectors?", "class": "a"},
    {"id": "2", "text": "lateral flow tests", "class": "a"},
    {"id": "3", "text": "thank you!", "class": "f", "none": True},
)
JUDGMENTS = ({"qid": "1", "org": "t1", "grade": 2}, {"qid": "2", "org": "f1", "grade": 2})


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    for name, rows in (("orgs", ORGANISATIONS), ("queries_small", ASKS), ("qrels_small", JUDGMENTS)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return judged_of(str(tmp_path))


@pytest.fixture
def region(tmp_path: Path, judged: Judged) -> Region:
    url = f"sqlite:///{tmp_path}/judged.sqlite3"
    import_files(url, judged.files)
    return Region(keep(tmp_path / "entries", listed(url)), url)


@pytest.mark.parametrize("engine", ["fts5", "whodoes", "vectors", "recorded"])
def test_an_engine_is_measured_in_a_process_of_its_own(engine: str, judged: Judged, region: Region) -> None:
    result = tried(engine, region, judged.asks)
    whole = measure(result.answered())[EVERY_CLASS]
    assert (whole.ndcg10, whole.none_right, result.first_right) == (1.0, 1.0, 1.0)
    assert result.built > 0
    assert len(result.milliseconds) == len(judged.asks)


def test_an_engine_whose_program_is_missing_says_so(
    judged: Judged, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotMeasured, match="no node"):
        tried("minisearch", region, judged.asks)


def test_what_a_part_does_is_not_done_without_it(judged: Judged, region: Region) -> None:
    misspelt = [replace(judged.asks[0], text="anybody for vectros")]
    assert tried("whodoes", region, misspelt).first_right == 1.0
    assert tried("whodoes", region, misspelt, without=["spelling"]).first_right == 0.0


def test_every_part_that_can_be_left_out_is_where_it_is_said_to_be() -> None:
    for name in PARTS:
        with without([name]):
            pass


def test_one_country_alone_keeps_its_own_asks_and_those_nobody_answers(
    tmp_path: Path, judged: Judged, region: Region
) -> None:
    there = of_home(judged, region, tmp_path)
    assert there is not None
    assert [ask.id for ask in there[0].asks] == ["1", "3"]


def test_a_folder_without_judgments_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JudgedRefused, match=r"no orgs\.jsonl"):
        judged_of(str(tmp_path))


def test_a_region_grows_the_same_from_the_same_seed_with_names_of_its_own(tmp_path: Path) -> None:
    names = ("Larkspur", "Tamarisk", "Fenwick", "Oriel", "Danebrook", "Mossley", "Verwood", "Hollin")
    few = [
        Entry(
            id=number,
            ref=f"r{number}",
            name=f"{name} Vectors Ltd",
            summary=f"{name} Vectors Ltd makes viral vectors. It fills vials for trials of type {number}.",
            sites=(EntrySite(town="Chester", country="United Kingdom"),),
            people=(EntryPerson(number, f"Ada Hale{number}"),),
        )
        for number, name in enumerate(names, 1)
    ]
    grown = tuple(MadeUp(few).grown(60))
    again = tuple(MadeUp(few).grown(60))
    assert [(each.name, each.summary) for each in grown] == [(each.name, each.summary) for each in again]
    assert len({each.ref for each in grown}) == 60
    assert len({each.name for each in grown}) > 30
    assert all(each.sites[0].town == "Chester" for each in grown)
    url = f"sqlite:///{tmp_path}/grown.sqlite3"
    write_entries(url, grown)
    assert [(each.ref, each.name, each.summary) for each in listed(url)] == [
        (each.ref, each.name, each.summary) for each in grown
    ]


def test_figures_stand_in_columns() -> None:
    assert list(lined_up(("", "all"), (["one", figure(0.8594)], ["other", figure(None)]))) == [
        "        all",
        "one    .859",
        "other     -",
    ]


def test_mails_are_written_as_people_write_them_the_same_from_the_same_seed() -> None:
    mails = written(["who makes viral vectors?"], mails=5)
    assert mails == written(["who makes viral vectors?"], mails=5)
    read = [read_mail(mail.raw) for mail in mails]
    assert all(isinstance(each, InboundMail) and each.sender == "jo.hartley@firm0.example" for each in read)
    texts = [each.text for each in read if isinstance(each, InboundMail)]
    assert all("who makes viral vectors?" in text for text in texts[:4])
    assert not any("Thank you for coming on Tuesday" in text for text in texts)


async def test_mails_offered_are_all_answered_and_what_was_felt_meanwhile_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/mail.sqlite3"
    entry = Entry(
        1,
        "t1",
        "Tamarisk Gene Works",
        summary="Makes viral vectors.",
        sites=(EntrySite(town="Chester"),),
    )
    mails = written(["who makes viral vectors?"], mails=12)
    more = written(["lateral flow tests in Chester"], mails=20, seed=2)
    await asyncio.to_thread(fill, url, [entry], [*mails, *more])
    fared = await answered(url, mails, warming=2)
    assert fared.answered == 12
    assert {"lag_p99", "ask_p99", "megabytes"} <= fared.felt.keys()
    assert len(await waited(url, more, a_second=100)) == 20


async def test_a_tick_and_the_feeds_are_measured() -> None:
    lines = await events.measured(30, 4)
    assert "120 attendances" in lines[0]
    assert "a reminder due to 30" in lines[2]
    assert "30 letters" in lines[2]
    assert "the public feed, 5 events" in lines[4]
    assert "a person's feed, 5 events" in lines[5]


async def test_a_broadcast_drains_while_asks_are_answered_and_each_mail_comes_once(tmp_path: Path) -> None:
    url = await asyncio.to_thread(campaign_region.prepared, tmp_path, 40)
    with our_sink() as relay:
        order = {"url": url, "port": relay.port, "asks": True, "signed": True, "per_second": 60}
        told = await campaign_drain.drained(order)
        assert len(relay.came()) == 40
    assert (told["sent"], told["open"]) == (40, 0)
    assert told["asks"] >= 1
    assert told["idle_p99"] > 0
    assert 0 < told["memory_least"] <= told["memory_most"]


async def test_what_a_broadcast_is_held_against_sends_as_many(tmp_path: Path) -> None:
    words = campaign_region.rendered()
    with our_sink() as relay:
        assert await campaign_limits.sending(relay.port, campaign_region.specimen(words), 45) > 0
        assert len(relay.came()) == 45
        for signed in (False, True):
            order = {"port": relay.port, "mails": 3, "text": words.text, "page": words.page, "signed": signed}
            assert await campaign_peer.main(order) > 0
        assert len(relay.came()) == 51


def test_the_fullest_and_the_emptiest_window_are_found_wherever_they_begin() -> None:
    even = [number / 10 for number in range(100)]
    assert windows(even, 2) == (19, 20)
    assert windows([*even[:40], *even[60:]], 2) == (0, 20)
    assert windows(sorted([*even, *[5.01] * 7]), 2) == (19, 27)


def test_a_share_stands_beside_what_it_should_be() -> None:
    assert verdict(1.0, 0.6) == "1.00 (at least 0.60: reached)"
    assert verdict(0.5, 0.6) == "0.50 (at least 0.60: MISSED)"
