"""The phrases people answer letters with, by the word they mean."""

import re

_BE = (
    "i'm",
    "i am",
    "we're",
    "we are",
    "i'd be",
    "i would be",
    "we'd be",
    "we would be",
    "would be",
    "be",
    "",
)
_WOULD = ("i'd", "i would", "we'd", "we would", "would", "")
_TO = ("", "to", "to be introduced", "to connect", "to meet", "to meet them", "to meet up", "to talk", "to talk to them", "to chat",
       "to have a chat", "to speak", "to speak to them", "to speak with them", "to help", "to do so", "to do that", "to hear from them",
       "for you to introduce us", "for an introduction", "with that")  # fmt: skip
_LOVE_TO = tuple(each for each in _TO if each.startswith("to "))
_NOW = ("", "now", "right now", "just now", "at the moment", "at present", "this time", "at this time", "currently", "today",
        "this month", "this year", "for now", "for the moment")  # fmt: skip


def _joined(*parts: tuple[str, ...]) -> tuple[str, ...]:
    """Every way to say one of each, in their order."""
    said = [""]
    for part in parts:
        said = [" ".join(f"{before} {each}".split()) for before in said for each in part]
    return tuple(dict.fromkeys(each for each in said if each))


_YES_ALONE = ("yes", "yeah", "yep", "yup", "yes please", "yes indeed", "oh yes", "aye")
_YES = (
    *_YES_ALONE, "sure", "sure thing", "ok", "okay", "fine", "of course", "certainly", "definitely", "absolutely", "gladly",
    "by all means", "go ahead", "do go ahead", "go for it", "please do", "do so", "with pleasure", "my pleasure",
    "why not", "count me in", "i'm in", "works for me", "fine by me", "fine by us", "fine with me", "fine with us", "good idea",
    "great idea", "sounds good", "sounds great", "that sounds good", "that sounds great", "introduce us", "introduce me",
    "do introduce us", "i agree", "we agree", "agreed", "i accept", "accepted",
    "i consent", "no problem", "no objection", "no objections", "yes introduce us", "you may", "you can", "put us in touch",
    *_joined(_BE, ("happy", "very happy", "more than happy", "glad", "delighted", "pleased", "keen", "very keen"), _TO),
    *_joined(_BE, ("interested", "very interested"), ("", "in an introduction", "in meeting them", "in that")),
    *_joined(_WOULD, ("love", "like", "very much like", "be pleased", "welcome"), (*_LOVE_TO, "that", "this")),
    *_joined(("i'd", "i would", "we'd", "we would"), ("love", "like"), ("to", "an introduction")),
    *_joined(("that would be", "that'd be", "it would be", "this would be", "would be"),
             ("", "very", "really"), ("good", "great", "lovely", "fine", "helpful", "useful", "wonderful", "brilliant", "fantastic", "perfect")),
)  # fmt: skip
_NO = (
    "no", "nope", "nah", "no thanks", "no thank you", "i'll pass", "i will pass", "we'll pass", "we will pass", "pass", "decline",
    "i decline", "we decline", "i must decline", "i have to decline", "no need", "not for me", "not for us", "afraid not",
    "i'm afraid not", "unfortunately not", "sadly not", "don't", "do not", "not interested",
    *_joined(("not",), tuple(each for each in _NOW if each)),
    *_joined(("i'd", "i would", "we'd", "we would", ""), ("rather not", "prefer not", "prefer not to")),
    *_joined(("i'm", "i am", "we're", "we are"), ("not",), ("interested", "keen", "looking"), _NOW),
    *_joined(("i'm", "i am", "we're", "we are", ""), ("too busy", "far too busy", "very busy", "snowed under"), _NOW),
    *_joined(("i", "we"), ("can't", "cannot", "can not", "don't want to", "do not want to"), _NOW),
)  # fmt: skip
_STOP = (
    "stop", "unsubscribe", "unsubscribe me", "opt out", "opt me out", "no more", "no more requests", "no more of these", "leave me alone",
    *_joined(("stop", "stop sending", "stop sending me", "stop asking", "stop asking me"), ("", "this", "these", "them", "requests", "such requests")),
)  # fmt: skip

PHRASES: dict[str, tuple[str, ...]] = {
    "yes": _YES,
    "no": _NO,
    "pause": ("paused", "pause me", "pause requests", "and pause", "and pause requests", "pause them", "pause for now", *_STOP),
    "met": (
        "we met", "i met them", "we've met", "we have met", "we did", "i did", "we have", "yes we did", "yes we met", "yes we have",
        "met them", "have met", "already met", "we already met", "we spoke", "we have spoken", "we've spoken", "we talked",
    ),
    "not yet": (
        "not yet", "no not yet", "not so far", "we haven't", "we have not", "haven't", "haven't yet", "we haven't yet", "not met yet",
        "we haven't met", "we haven't met yet", "we have not met", "we have not met yet", "haven't met yet", "still to come", "soon",
        "still planning to", "not as yet", "we didn't", "we did not",
    ),
    "in talks": ("talks", "talking", "we're talking", "we are talking", "still talking", "we're in talks", "we are in talks", "discussions"),
    "agreement": ("an agreement", "we have an agreement", "we've an agreement", "we signed", "signed", "a contract", "contract"),
    "project": ("a project", "we have a project", "a joint project", "we started a project"),
    "nothing": ("nothing came of it", "nothing at all", "nothing really", "came to nothing", "it came to nothing", "nothing sadly",
                "nothing i'm afraid", "nothing unfortunately"),
    "resume": ("resume please", "start again", "unpause", "send me requests again", "send them again", "requests again", "i'm back", "i am back"),
    "approve": ("approved", "approve it"),
    "decline": ("declined", "decline it", "refuse"),
    "withdraw": ("withdrawn", "withdraw it", "take it back", "cancel", "cancel it", "never mind", "forget it", "no longer needed"),
}  # fmt: skip
# What means a word only where another that it would mean is not offered.
ALSO: dict[str, tuple[str, ...]] = {
    "met": _YES_ALONE,
    "no": (
        "it won't happen",
        "won't happen",
        "we won't meet",
        "we won't",
        "we will not",
        "it will not happen",
    ),
    "resume": _YES,
    "approve": _YES,
    "decline": _NO,
}
NEUTRAL = (
    "please", "pls", "thanks", "thank you", "many thanks", "thanks a lot", "thanks very much", "thank you very much", "thanks so much",
    "thank you so much", "thanks again", "thanks for asking", "thank you for asking", "thanks for thinking of me",
    "thank you for thinking of me", "thanks for thinking of us", "thank you for thinking of us", "thanks for getting in touch",
    "thanks for the offer", "thank you for the offer", "thanks for this", "thank you for this", "thanks for your message",
    "thanks for your email", "cheers", "ta", "hi", "hello", "hey", "dear", "hi there", "hello there", "good morning", "good afternoon",
    "good evening", "great", "lovely", "brilliant", "perfect", "excellent", "super", "wonderful", "sorry", "i'm afraid",
    "unfortunately", "sadly", "all good", "kind regards", "best regards", "best wishes", "warm regards", "regards", "best",
    "all the best", "have a good day", "have a nice day", "well", "oh", "indeed", "actually", "and", "really",
)  # fmt: skip
CALENDAR = frozenset({
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "spring", "summer", "autumn", "winter",
    "christmas", "easter", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
})  # fmt: skip
# After a yes: what could take it back or make it depend on something.
HEDGES = re.compile(
    r"\b(?:but|only|if|unless|until|till|before|after|except|excluding|however|although|though|not|never|no|none|nobody|maybe|perhaps|"
    r"possibly|probably|depend(?:s|ing|ent)?|wait|hold|first|later|rather|instead|provided|providing|as long as|so long as|subject to|"
    r"conditions?|without|cannot|can't|don't|doesn't|won't|isn't|aren't|wouldn't|shouldn't|couldn't|who|whom|whose|what|which|unsure|"
    r"not sure|confidential|anonym\w*|unnamed|january|february|march|april|may|june|july|august|september|october|november|december|"
    r"christmas|easter|spring|summer|autumn|winter|"
    r"when|once|next (?:month|year|quarter)|new year|postpone|delay|on holiday|on leave|away|wrong|left|no longer|someone else|somebody else|colleague|"
    r"instead|forward(?:ed)?|out of office|mistake|jok(?:e|ing))\b|n['’]t\b",
    re.IGNORECASE,
)
LADDER = ("met", "in talks", "agreement", "project")
STATED: dict[str, re.Pattern[str]] = {
    "met": re.compile(
        r"\b(?:we|i|have|had|already|both|they|did)\b.{0,30}\b(?:met|meet|spoken|talked)\b|\bwe (?:spoke|had a (?:call|chat|meeting|coffee|good \w+))\b|^met\b",
        re.IGNORECASE,
    ),
    "in talks": re.compile(
        r"\b(?:in (?:talks|discussions?|negotiations?)|talking|discussing|negotiating)\b", re.IGNORECASE
    ),
    "agreement": re.compile(
        r"\b(?:agreement|contract|licen[cs]e|purchase order|signed|memorandum)\b", re.IGNORECASE
    ),
    "project": re.compile(
        r"\b(?:(?:joint |research |new )?project|collaborating|joint bid|grant)\b", re.IGNORECASE
    ),
}
# What is planned, wished or denied has not come about.
UNSETTLED = re.compile(
    r"\b(?:not|no|never|nothing|nearly|almost|soon|hop(?:e|es|ing)|hopefully|may|maybe|might|would|could|should|if|when|plan(?:s|ned|ning)?|until|before|"
    r"will|going to|next|tomorrow|want|need|try|trying|tried|cancelled|postponed|yet|looking forward|due to|scheduled|arranging|about to)\b|n['’]t\b|['’]ll\b",
    re.IGNORECASE,
)
