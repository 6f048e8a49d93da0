"""Hears that one event is asked about by its name: when and where it is, who speaks, whether there is room."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.assistant.chit_chat import small_talk
from bot.assistant.lead_ins import uncourteous
from bot.assistant.mail_ask import SENTENCE, looks_like_mail, own_words
from store.kinds import Medium

LONGEST = 4000  # characters that are read
LONGEST_ASK = 200  # of a question
MOST_SENTENCES = 12
_EVENT_WORDS = """
    event evening workshop conference forum summit symposium seminar webinar congress masterclass awards award dinner
    breakfast lunch brunch reception drinks mixer social networking meeting gala expo exhibition showcase launch party
    roadshow hackathon bootcamp festival ball day night talk lecture panel roundtable demo tour meetup ceremony
    """
EVENT_WORDS = frozenset(_EVENT_WORDS.split())


class EventTopic(StrEnum):
    """What somebody wants to know of an event."""

    WHEN = "when"
    WHERE = "where"
    SPEAKERS = "speakers"
    PROGRAMME = "programme"
    ROOM = "room"
    SPONSORS = "sponsors"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class NamedAsk:
    """`sure`: the phrase is only used of what takes place; else it may be about a firm or a skill of that name."""

    topic: EventTopic
    name: str  # lower case, as it was written
    sure: bool


_THE = r"(?:the |our |your |this |that |tonight's |tomorrow's )?"
_X = rf"{_THE}(?P<name>[\w'&][\w'&:+./ -]{{1,100}}?)"
_ON = r"(?:(?: being)? (?:held|taking place|happening|going on|on|planned|scheduled|hosted))?(?: (?:this|next) year)?"
_LEFT = r"(?: (?:left|free|available|remaining|still|open))*"
_SEATS = r"(?:room|space|spaces|seats?|places?|tickets?|spots?|availability|capacity)"
_AT = r"(?:at|for|in|on|to|of|during)"
_SPEAK = r"(?:speaking|talking|presenting|giving a talk|giving talks|on stage|on the panel|the keynote|the speakers?)"
_WHEN = (
    rf"(?:when|what (?:time|day|date)|which (?:day|date))(?:'s| is| are| was| will| does| do) (?:the date of )?{_X}(?: be)?{_ON}(?: (?:start|begin|take place|happen|finish|end|open)s?)?",
)
_LENGTH = (
    rf"(?:what(?:'s| is) )?the (?:date|time|start time) (?:of|for) {_X}",
    rf"how long (?:is|does) {_X}(?: last| take)?",
)
_PLACE = (
    rf"where(?:'s| is| are| will| does| do| was) {_X}(?: be)?{_ON}(?: (?:take place|happen))?",
    rf"(?:what(?:'s| is) )?the (?:venue|place|address|location) (?:of|for) {_X}",
)
_SPEAKING = (
    rf"who(?:'s| is| are| will be)(?: all)? {_SPEAK} (?:at|in|during|for) {_X}",
    rf"who (?:speaks|talks|presents) at {_X}",
)
_SPEAKERS = (rf"(?:who are |list |any )?(?:the )?(?:keynote )?speakers? (?:at|for|of) {_X}",)
_PROGRAMME = (
    rf"(?:what(?:'s| is) )?(?:on )?(?:the )?(?:programme|program|agenda|schedule|timetable|line-?up|running order) (?:at|for|of) {_X}",
    rf"what(?:'s| is) (?:on|happening) at {_X}",
)
_ROOM = (
    rf"(?:is|are) there (?:still |any |some |enough |a |more )*{_SEATS}{_LEFT} {_AT} {_X}{_LEFT}",
    rf"how many {_SEATS}(?: are)?(?: there)?{_LEFT} {_AT} {_X}{_LEFT}",
    rf"(?:do you |have you )(?:still )?(?:have |got )(?:any |some )?{_SEATS}{_LEFT} {_AT} {_X}",
    rf"(?:any )?{_SEATS}{_LEFT} {_AT} {_X}{_LEFT}",
)
_BOOKING = (
    rf"(?:is|are) {_X} (?:already |fully |still )*(?:full|sold out|booked out|booked up|fully booked|booked|open|open for registration)",
    rf"(?:can|may|could) (?:i|we|one) (?:still )?(?:register|book|sign up|come|get in|get a (?:seat|ticket|place))(?: a (?:seat|ticket|place))? (?:for|to|at|on|in) {_X}",
    rf"how (?:do|can) (?:i|we) (?:register|book|sign up|get (?:a )?tickets?)(?: (?:a )?(?:seat|ticket|place)s?)? (?:for|to|at) {_X}",
)
_SPONSORS = (
    rf"who(?:'s| is| are)? (?:sponsors?|sponsoring|sponsored|pays for|paying for) {_X}",
    rf"(?:who are |who is |who's |list )?(?:the )?sponsors? (?:of|for|at) {_X}",
    rf"who(?:'s| is| are) {_X} sponsored by",
)
_ALL = (
    rf"(?:tell me (?:more )?about|what do you know about|(?:more )?(?:details|info|information) (?:of|on|about|for)|what(?:'s| is)|what about|how about|when and where is|is there an?) {_X}",
    _X,
)
_PATTERNS = tuple(
    (topic, sure, re.compile(form))
    for topic, sure, forms in (
        (EventTopic.WHEN, True, _WHEN), (EventTopic.WHEN, False, _LENGTH), (EventTopic.WHERE, False, _PLACE),
        (EventTopic.SPEAKERS, True, _SPEAKING), (EventTopic.SPEAKERS, False, _SPEAKERS),
        (EventTopic.PROGRAMME, False, _PROGRAMME), (EventTopic.ROOM, True, _ROOM), (EventTopic.ROOM, False, _BOOKING),
        (EventTopic.SPONSORS, False, _SPONSORS), (EventTopic.ALL, False, _ALL),
    )
    for form in forms
)  # fmt: skip


def about_an_event(text: str, medium: Medium) -> NamedAsk | None:
    """One question, whatever is said around it; of several none, since the others would get no answer."""
    said = text[:LONGEST]
    own = own_words(said) if medium is Medium.EMAIL or looks_like_mail(said) else said.strip()
    sentences = [each for line in own.splitlines() for each in SENTENCE.split(line) if each.strip()]
    asks = [each for each in sentences[:MOST_SENTENCES] if "?" in each] or sentences[:MOST_SENTENCES]
    if len(asks) > 1:
        asks = [each for each in asks if not small_talk(each)]
    return _named(asks[0]) if len(asks) == 1 else None


def words_in(text: str) -> tuple[str, ...]:
    """The words of a name or a title, in lower case, without punctuation."""
    return tuple(re.findall(r"\w+", text.casefold().replace("’", "'").replace("'s ", " ").replace("'", "")))


def names_a_kind(name: str) -> bool:
    """Whether some word of it is one for what takes place."""
    return any(word in EVENT_WORDS or word.removesuffix("s") in EVENT_WORDS for word in words_in(name))


def _named(sentence: str) -> NamedAsk | None:
    said = re.sub(r"[^\w\s'&:+./-]+", " ", uncourteous(sentence[:1000]).lower().replace("’", "'"))
    said = " ".join(said.split()).strip(" .:-/")
    if not said or len(said) > LONGEST_ASK:
        return None
    for topic, sure, pattern in _PATTERNS:
        if (found := pattern.fullmatch(said)) and (name := found["name"].strip(" '.:-/")):
            return NamedAsk(topic, name, sure)
    return None
