"""What the assistant hears and says, in words that belong to no medium."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.assistant.acting import Told
from bot.assistant.intents import SmallTalkKind
from bot.assistant.misses import Sense
from store.directory import ComingEvent
from store.kinds import EventKind, Medium
from store.people import Asker
from store.search.entry import Entry, EntryPerson
from store.search.found import Hit, Reason
from store.search.wanted import Wanted

PAGE = 5  # hits shown at a time


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. The same message is the same `id`; follow-ups share a `conversation`."""

    id: str  # "slack:C1:1700.1", "mail:<message-id>"
    asker: Asker
    text: str
    medium: Medium
    conversation: str
    page: int = PAGE
    inbox_id: int | None = None  # the mail it came in
    after: int = 0  # numbers given before it in the same mail, which had several asks
    on_its_own: bool = False  # what was asked before narrows nothing: it only stands in the same mail
    overheard: bool = False  # others read the answer, too
    answers: int | None = (
        None  # the mail whose answer it replies to: numbers mean what was listed up to there
    )


@dataclass(frozen=True, slots=True)
class Understood:
    """How the ask was read: shown with every answer, so that it can be corrected."""

    wanted: Wanted
    readings: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Matches:
    """Hits `first`, `first + 1` … of `total`, best first, numbered from 1.

    `full` of them cover the whole ask, the others touch on a part of it; None: not known. `beyond` more fit, further
    down than anybody goes.
    """

    ask_id: str
    understood: Understood
    hits: tuple[Hit, ...]
    first: int
    total: int
    full: int | None = None
    beyond: int = 0
    may_introduce: bool = False  # the asker may ask to be introduced to them
    after: int = 0  # numbers given before the first hit, to those of another ask in the same mail


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Nothing fits. `nearest` comes closest and is named as that, `missed` says what nobody has."""

    ask_id: str
    understood: Understood
    nearest: tuple[Hit, ...]
    missed: str
    sense: Sense = Sense.GAP
    after: int = 0


@dataclass(frozen=True, slots=True)
class OneOrganisation:
    """The organisation (or the person there) that was meant by name; `others` have a similar one."""

    ask_id: str
    asked: str
    hit: Hit
    entry: Entry
    people: tuple[EntryPerson, ...]
    others: tuple[Hit, ...]
    may_introduce: bool = False
    after: int = 0
    honours: tuple[str, ...] = ()  # "Winner 2027: Best Start-up, Awards Dinner"


@dataclass(frozen=True, slots=True)
class NobodyOfThatName:
    ask_id: str
    asked: str


@dataclass(frozen=True, slots=True)
class PeopleThere:
    """Whom one may ask for, an organisation at a time, numbered as in the list it was asked of, from `first` on.

    `hidden`: the asker is not known to be a member.
    """

    ask_id: str
    places: tuple[tuple[Hit, tuple[EntryPerson, ...]], ...]
    hidden: bool
    first: int = 1
    may_introduce: bool = False


@dataclass(frozen=True, slots=True)
class Introduced:
    """What became of a wish to be introduced. `hit` is whom it is about; None where they have left the directory."""

    ask_id: str
    told: Told
    hit: Hit | None


@dataclass(frozen=True, slots=True)
class Events:
    """Coming events, the next first. `month` (1 to 12) and `kind` were asked about; not `meant`: these are others."""

    ask_id: str
    events: tuple[ComingEvent, ...]
    month: int | None = None
    kind: EventKind | None = None
    meant: bool = True
    where: str = ""  # as the asker wrote it, in lower case
    offers: tuple[str, ...] = ()  # what the asker may do about awards among them: "nominate:7"
    span: str = ""  # of days, as the asker wrote it: "next week"
    told: str = ""  # what was asked of one by its name, in a sentence


@dataclass(frozen=True, slots=True)
class AwardLine:
    """A category, an entry or a nomination: its name, what there is to it, and in somebody's words why."""

    title: str
    line: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Acted:
    """What was done, or why it was not, and what there is to see of it: awards, news for the newsletter."""

    ask_id: str
    told: Told
    lines: tuple[AwardLine, ...] = ()
    closing: str = ""
    next_words: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()  # what the asker may do: "nominate:7" at the awards of event 7


@dataclass(frozen=True, slots=True)
class Help:
    ask_id: str


@dataclass(frozen=True, slots=True)
class SmallTalk:
    ask_id: str
    courtesy: SmallTalkKind


@dataclass(frozen=True, slots=True)
class Stopped:
    """The asker wants no more messages sent unasked. `known`: there was somebody to note it for.

    `told` says what was set where they named topics and how often.
    """

    ask_id: str
    known: bool
    told: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing to go on: an empty ask, or a follow-up to nothing. `why` is a sentence for the asker."""

    ask_id: str
    why: str


Answer: TypeAlias = (
    Matches
    | NoMatch
    | OneOrganisation
    | NobodyOfThatName
    | PeopleThere
    | Introduced
    | Events
    | Acted
    | Help
    | SmallTalk
    | Stopped
    | Unclear
)
