"""What an ask can mean: the closed set of readings that the assistant acts on."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from store.corrected import Correction
from store.kinds import EventKind, OrganisationKind, SizeBand
from store.search.index import NameMatch
from store.search.wanted import Wanted, WantedPlace


class SmallTalkKind(StrEnum):
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    ACKNOWLEDGEMENT = "acknowledgement"
    OTHER = "other"  # logistics and talk that is not about who does what


@dataclass(frozen=True, slots=True)
class Thread:
    """What was asked before in the same conversation, and how many hits it had."""

    wanted: Wanted
    hits: int


@dataclass(frozen=True, slots=True)
class WhoDoes:
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class About:
    """One organisation or person, by name. `matches` is never empty, the likeliest first."""

    matches: tuple[NameMatch, ...]
    asked: str


@dataclass(frozen=True, slots=True)
class AboutUnknown:
    """Somebody is looked up whom the directory does not have."""

    name: str


@dataclass(frozen=True, slots=True)
class EventsAsked:
    """What is on; in a month (1 to 12), of a kind, in a place and in a span of days, where they were named."""

    month: int | None = None
    kind: EventKind | None = None
    where: str = ""
    span: str = ""  # "next week", "spring 2027"


@dataclass(frozen=True, slots=True)
class CalendarAsked:
    """The address of one's own calendar; `renewed`: a new one."""

    renewed: bool = False


@dataclass(frozen=True, slots=True)
class HelpAsked:
    pass


@dataclass(frozen=True, slots=True)
class SmallTalk:
    kind: SmallTalkKind


@dataclass(frozen=True, slots=True)
class Stop:
    """No more messages unasked, please."""


@dataclass(frozen=True, slots=True)
class More:
    """The next hits of the earlier ask; where a mail had several, of the one with that number, or the last."""

    question: int | None = None


@dataclass(frozen=True, slots=True)
class Narrow:
    """The earlier ask again, with these instead of its own; what is empty stays as it was."""

    places: tuple[WantedPlace, ...] = ()
    kinds: tuple[OrganisationKind, ...] = ()
    sizes: tuple[SizeBand, ...] = ()
    excluded: tuple[OrganisationKind, ...] = ()
    without: tuple[str, ...] = ()
    outside: tuple[WantedPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class Correct:
    """The earlier ask again, as it was meant: `wanted` is the whole search."""

    wanted: Wanted
    correction: Correction


@dataclass(frozen=True, slots=True)
class WhoThere:
    """The people at a hit of the earlier ask, counted from 1; None: at those shown."""

    position: int | None


@dataclass(frozen=True, slots=True)
class Introduce:
    """An introduction to a hit of the earlier ask, counted from 1; None: which one was not said."""

    position: int | None
    seeks: str = ""  # in the asker's own words


@dataclass(frozen=True, slots=True)
class IntroduceTo:
    """An introduction to one organisation or person by name. `matches` is never empty, the likeliest first."""

    matches: tuple[NameMatch, ...]
    asked: str
    seeks: str = ""


class AwardsTopic(StrEnum):
    WINNERS = "winners"
    SHORTLIST = "shortlist"
    CATEGORIES = "categories"  # and when one can nominate


class AwardsDeed(StrEnum):
    NOMINATE = "nominate"
    WITHDRAW = "withdraw a nomination"
    OWN = "own nominations"
    JUDGING = "judging"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class AwardsAsked:
    """What everybody may know of awards. `said`: a category, as it was written, or "".

    `otherwise` is what it means where no awards have such a category; None where it surely is about awards.
    """

    topic: AwardsTopic
    said: str = ""
    year: int | None = None
    otherwise: "Intent | None" = None


@dataclass(frozen=True, slots=True)
class AwardsActed:
    """What somebody does about awards, for themselves, in all they wrote."""

    deed: AwardsDeed
    text: str
    otherwise: "Intent | None" = None


@dataclass(frozen=True, slots=True)
class UnclearAsk:
    """Nothing to go on. `reason` is a sentence for the asker."""

    reason: str


Intent: TypeAlias = (
    WhoDoes
    | About
    | AboutUnknown
    | EventsAsked
    | CalendarAsked
    | HelpAsked
    | SmallTalk
    | Stop
    | More
    | Narrow
    | Correct
    | WhoThere
    | Introduce
    | IntroduceTo
    | AwardsAsked
    | AwardsActed
    | UnclearAsk
)
