"""Hears the short words that follow an answer, and the ones that ask for help, events or silence."""

import re
from functools import lru_cache
from typing import TypeAlias

from rapidfuzz import fuzz

from bot.assistant.events.spans import SPAN
from bot.assistant.intents import CalendarAsked, EventsAsked, HelpAsked, Introduce, More, Stop, WhoThere
from store.kinds import EventKind

Command: TypeAlias = More | WhoThere | Introduce | HelpAsked | EventsAsked | CalendarAsked | Stop

LONGEST = 120  # characters of a command
ALIKE = 90  # of 100: a slip or two of a finger

_ORDINALS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5,
}  # fmt: skip
_NUMBER = (
    r"(?:the )?(?:number |no |nr |# ?)?(?P<number>\d{1,3}(?:st|nd|rd|th)?|"
    + "|".join(_ORDINALS)
    + r")(?: one)?"
)
_THERE = r"(?:there|they|that one|them|that company|him|her|it|this one)"
_WRAPPED = re.compile(
    r"^(?:(?:please|pls|ok(?:ay)?|yes|yeah|great|thanks|thank you|cool|and|so|now|hi|hello|hey|could you|can you|would you|will you|could i|can i|may i|can we|could we|i'd like to|i would like to|i'd like|i would like|i want to|i want|we'd like to|let's|let me|just|also|to)\s+)+"
)
_TRAILING = re.compile(r"(?:\s+(?:please|pls|thanks|thank you|cheers|now|too|then|asap|ta))+$")
_MORE = re.compile(
    r"(?:(?:show|give|list|see|get|send|any|tell)(?: me| us)? )?(?:some |a few |the )?(?:more|next|rest|others)"
    r"(?: (?:results?|of them|like (?:this|that|these)|options?|companies|ones?|names|matches|hits|page|five|5|ten|10))?|"
    r"(?:anyone|anybody|who|what|something|anything) else|next(?: page)?|keep going|go on|continue|show all|all of them|any others?|"
    rf"(?:show (?:me |us )?)?more (?:of|for|from|on|to|about) (?:the )?(?:question |q ?|ask |number |no )?(?P<question>\d|{'|'.join(_ORDINALS)})(?: (?:question|one|list|ask))?"
)
_WHO_THERE = re.compile(
    rf"(?:who(?:'s| is| are|m)?(?: (?:do|should|can|could|would) (?:i|we) (?:talk|speak|write|ask|contact)(?: to)?)?(?: (?:the|our|your|a|my))?(?: (?:contact|person|people|contacts))?(?: works?| is)? ?(?:at |for |in |from )?(?:{_THERE}|{_NUMBER})|"
    rf"who (?:do|should|can|could) (?:i|we) (?:talk|speak|write|contact)(?: to)?|(?:contact|contacts|people|person|details|contact details)(?: (?:at|for|of|in))?(?: (?:{_THERE}|{_NUMBER.replace('number>', 'second>')}))?|who(?:'s| is) (?:the|my|our) contact)"
)
_INTRODUCE = re.compile(
    rf"(?:introduce|introduction|intro|introductions|connect|put)(?: (?:me|us))?(?: (?:in touch|up))?(?: (?:to|with|at|for))?(?: (?:{_NUMBER}|{_THERE}))?|(?:an? )?(?:intro|introduction)(?: (?:to|with) (?:{_NUMBER.replace('number>', 'second>')}|{_THERE}))?|meet {_NUMBER.replace('number>', 'third>')}|"
    rf"{_NUMBER.replace('number>', 'fourth>')}(?: please)? (?:introduce|intro)(?: us| me)?|"
    rf"(?:the )?(?:number |no |nr |# ?)?(?P<bare>\d{{1,2}})|(?:the |number )(?P<place>{'|'.join(_ORDINALS)})(?: one)?"
)
_HELP = re.compile(
    r"help(?: me)?|commands?|menu|instructions|usage|what (?:can|do|else can) (?:you|i|we) (?:do|ask|say)(?: (?:for (?:me|us)|here|with (?:this|you)))?|"
    r"how (?:does|do|can|should) (?:this|it|you|i|we) (?:work|use (?:this|you|it)|ask(?: you)?)|what (?:is|are) (?:this|you|whodoes)(?: for)?|"
    r"what (?:sort|kind)s? of (?:questions?|things?) can i ask(?: you)?|how do i (?:search|start|begin)|i need help|i'm stuck"
)
_STOP = re.compile(
    r"(?:stop|unsubscribe|opt out|opt-out|quit|cancel)(?: (?:me|all|it|this|that|everything|messages|emails|e-mails|mails|reminders|newsletters?|the newsletter))?|"
    r"(?:please )?(?:stop|don't|do not|no more|quit) (?:send(?:ing)?|messag(?:e|ing)|e?-?mail(?:s|ing)?|contact(?:ing)?|writ(?:e|ing)|nudg(?:e|ing)|remind(?:ing|ers)?|messages)\b.{0,60}|"
    r"(?:remove|take) (?:me|us) (?:from|off) (?:this|your|the) (?:\w+ )?list|unsubscribe me from .{1,40}|leave me alone"
)
_EVENTS = re.compile(
    r"(?:(?:what|which|any|are there any|show me|list|tell me about|when are|what are|do you have any|is there an?|the)\s+)*(?:your |the |our |some )?"
    r"(?:upcoming |coming |next |future |forthcoming |new |more |good )*(?:networking )?(?:events?|workshops?|conferences?|awards?(?: dinner)?|networking evenings?)"
    r"(?: (?:are|is|do you have|have you got))?(?: (?:coming(?: up)?|on|planned|happening|there|soon|this (?:week|month|year|quarter)|next (?:week|month|year|quarter)|in (?:january|february|march|april|may|june|july|august|september|october|november|december)|near me|calendar|list|diary))*|"
    r"when(?:'s| is| are) (?:the|your|our) (?:next )?(?:(?:quarterly|annual|summer|winter|spring|autumn) )?(?:networking )?(?:events?|workshops?|conferences?|awards?(?: dinner)?|meetings?|dinner|networking(?: evening| event)?)|what(?:'s| is) (?:on|coming up|happening)(?: (?:this|next) (?:week|month)| soon)?"
)
_A_CALENDAR = (
    r"(?:calend[ae]r|cal|ical|ics(?: file)?|calendar feed|feed)(?: (?:link|feed|address|url|subscription))?"
)
_CALENDAR = re.compile(
    r"(?:(?:show|give|send|get|tell)(?: me)? |what(?:'s| is) |where(?:'s| is| do i find) )?"
    r"(?:(?:the |a )?(?:link|address|url|feed|subscription)(?: (?:to|of|for))? )?my (?:own |personal |events? )*"
    + _A_CALENDAR
    + r"|"
    r"(?:(?:how (?:do|can) i )?subscribe to|add(?: all)?) (?:my|your|the) (?:own |personal )*(?:events? )?"
    + _A_CALENDAR
    + r"|"
    r"(?:personal |events? )?calend[ae]r (?:link|feed|address|url|subscription)"
)
_RENEWED = re.compile(
    r"(?:renew|reset|replace|regenerate|change|revoke|(?:(?:make|give|send)(?: me)? |i need )?a? ?new)"
    r"(?: (?:my|the|own|personal|address of|address for|link to|link for))* " + _A_CALENDAR
)
# "where is the next event", "who is speaking at the March workshop": the answer tells place and programme, too.
_EVENT_LEAD = re.compile(
    r"^(?:where(?:'s| is| are)|who(?:'s| is) (?:speaking|talking|presenting) at) (?=(?:the|our|your|next)\b)"
)
_SPEAKING = re.compile(r"who(?:'s| is) (?:speaking|presenting)")
_EVENT_WORDS = {
    EventKind.NETWORKING: "networking",
    EventKind.WORKSHOP: "workshop",
    EventKind.CONFERENCE: "conference",
    EventKind.AWARDS: "award",
}
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_IN_MONTH = re.compile(
    rf"^(?P<rest>.+?) (?:in|during|for|this|next) (?P<month>{'|'.join(_MONTHS)})(?: (?:20\d\d))?$"
)
_PLACE_WORD = r"(?!(?:in|near|at|around|" + "|".join(_MONTHS) + r")\b)[a-z][\w'-]*"
_IN_PLACE = re.compile(
    rf"^(?P<rest>.+?) (?:in|near|around|at) (?P<where>{_PLACE_WORD}(?: {_PLACE_WORD}){{0,3}})$"
)


@lru_cache(maxsize=64)  # of a mail each line is looked at more than once
def command(text: str) -> Command | None:
    """The command that the whole of a short message is, whatever politeness is wrapped around it."""
    if len(text) > LONGEST:
        return None
    said = " ".join(re.sub(r"[^\w\s'#-]+", " ", text.lower().replace("’", "'")).split())
    for form in dict.fromkeys((said, _TRAILING.sub("", _WRAPPED.sub("", said)))):
        if found := _plain_command(form):
            return found
    return None


def _plain_command(said: str) -> Command | None:
    if _STOP.fullmatch(said):
        return Stop()
    if _HELP.fullmatch(said):
        return HelpAsked()
    if _CALENDAR.fullmatch(said) or fuzz.ratio(said, "my calendar") >= ALIKE:
        return CalendarAsked()
    if _RENEWED.fullmatch(said) or fuzz.ratio(said, "renew my calendar") >= ALIKE:
        return CalendarAsked(renewed=True)
    if asked := _MORE.fullmatch(said):
        return More(_position(asked))
    if asked := _INTRODUCE.fullmatch(said):
        return Introduce(_position(asked))
    if asked := _WHO_THERE.fullmatch(said):
        return WhoThere(_position(asked))
    return _events(said)


def _events(said: str) -> EventsAsked | None:
    """ "what's on in Liverpool in March", in either order; a place alone is none without a word for events before it."""
    if _SPEAKING.fullmatch(said):
        return EventsAsked()
    kind = next((kind for kind, word in _EVENT_WORDS.items() if word in said), None)
    month, where, rest, span = None, "", _EVENT_LEAD.sub("", said), ""
    if spanned := SPAN.fullmatch(rest):
        span, rest = spanned["span"], spanned["rest"]
    for _ in range(2):
        if in_month := _IN_MONTH.fullmatch(rest):
            month, rest = _MONTHS.index(in_month["month"]) + 1, in_month["rest"]
        elif ((placed := _IN_PLACE.fullmatch(rest)) and _EVENTS.fullmatch(placed["rest"]) and not where) or (
            placed and not where and _IN_MONTH.fullmatch(placed["rest"])
        ):
            where, rest = placed["where"], placed["rest"]
    return EventsAsked(month, kind, where, span) if _EVENTS.fullmatch(rest) else None


def _position(asked: re.Match[str]) -> int | None:
    said = next((group for group in asked.groupdict().values() if group), "")
    digits = said.rstrip("stndrh")
    return _ORDINALS.get(said) or (int(digits) if digits.isdigit() else None)
