"""The signs by which a sentence of a mail is an ask of its own: how it begins, what it points to, what it is about."""

import re

from bot.assistant.lead_ins import asked_in
from bot.assistant.mail_ask import ASIDE, CONDITION
from store.search.words import FILLER_WORDS, STOP_WORDS, plain, words_of

MOST_READ = 2000  # characters of a sentence
STEM = 5  # letters by which two words are taken for the same

_THING = r"(?:questions?|things?|requests?|asks?|quer(?:y|ies)|enquir(?:y|ies)|inquir(?:y|ies)|matters?|notes?|topics?|points?|issues?|subjects?|ones?)"
_ORDER = r"(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|fourth(?:ly)?|fifth(?:ly)?|finally|lastly|last)"
_LED = re.compile(
    rf"^\W*(?:(?:and|plus|then|but|sorry|oh),? (?:and )?)?(?:"
    rf"also\b|{_ORDER}\b(?! of all)|next\b(?=,)|separately\b|(?:this is )?(?:quite |completely |totally )?unrelated(?:ly)?\b|additionally\b|furthermore\b|moreover\b|in addition\b(?! to)|besides(?: that)?,|apart from that\b|"
    rf"p\.? ?p?\.?s\b\.?|by the way\b|btw\b|on (?:another|a different|a separate) {_THING}|an?(?:other|\W+(?:second|third|different|further)) {_THING}|one (?:more|other|last|final) {_THING}|"
    rf"(?:the|my|our) (?:first|second|third|other|next|last|final) (?:{_THING} )?(?=is\b|concerns\b)|another\b(?: one)? is\b|one(?: of (?:them|these))? is\b)",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"^\W*(?:and |but |my \w+ and )?(?:i|we|our (?:\w+ ){1,3}|my \w+|please)(?:'d|’d|'re|’re|'m|’m| would| are| am| is)? ?(?:like )?(?:also|furthermore|additionally|likewise)\b|\bdo you also know\b|^[^.?!:]{0,60}\btoo(?=[:,])|^\W*(?:i|we)\b[^,.?!:]{0,30} also (?:to|for|in)\b|^[^,.?!]{10,300} (?:as well|too)\W*$",
    re.IGNORECASE,
)
_AND = re.compile(r"^\W*(?:(?:and|plus|so|then|now|oh|ok|well|hi|hello|hey|thanks)\b[ ,–-]*)+", re.IGNORECASE)
_WHO = re.compile(
    r"(?:who\b|which (?:of (?:your|our|the) )?\w+|whom\b|where (?:can|could|do|should|would|might) (?:i|we)\b|(?:is|are) there (?:any|an?\b|some)|"
    r"do (?:you|we) (?:also |happen to |perhaps )*(?:know|have)(?: of)? (?:who|which|where|any|an?\b|some|members?)|do you (?:also )?know (?:small|big|local|good)\b|"
    r"(?:do|does|can|could|would|has|is) (?:any|some)(?:one|body)\b|any(?:one|body)\b (?!else)|some(?:one|body)\b |any (?!ideas?|thoughts|suggestions|help|luck|chance|news|introductions?|pointers?|leads?|advice|other business)\w+|"
    r"(?:can|could|would|will) you (?:please |also |perhaps )*(?:recommend|suggest|name|list|find|point|tell (?:me|us) (?:who|which|where)|introduce (?:me|us) to (?:an?|some))|"
    r"what do you know (?:about|of)|what (?:companies|firms|members|organisations|events)\b|when is\b|what(?:'s| is) (?:on|coming up)|what events)",
    re.IGNORECASE,
)
_NEED = re.compile(
    r"(?:(?:i|we|our [\w' -]{1,30}?|my [\w' -]{1,30}?|(?:a|the) (?:client|colleague|member|friend)s?(?: of (?:mine|ours))?|one (?:client|colleague|member))(?:'re|’re|'m|’m|'d|’d|'ve|’ve| are| am| is| would| have| wants?| has| will| shall)? ?"
    r"(?:also |now |really |urgently |still |currently |furthermore |next |both |therefore |like |love |gladly )*)?"
    r"(?:(?:look(?:s|ing)? for|search(?:es|ing)? for|in search of|(?:trying|hoping|want|like) (?:also )?to find|after|seek(?:s|ing)?|need(?:s|ing)?|require[sd]?|want(?:s|ed)?|in need of|asks?(?: me)?|asked(?: me)?|wonder(?:s|ing)?|interested in)\b|an? (?:intro|introduction|contact) (?:to|for)\b|(?:be )?(?:keen|glad|interested|delighted|pleased) to (?:meet|find|know|visit|talk to|speak to|hear)\b"
    r"|(?:(?:would|'d|’d) )?(?:like|love|want|wish|keen|hope|hoping) to (?:meet|find|know|visit|talk to|speak to|hire|see|rent|buy|learn)\b|(?:to )?(?:meet|know) )",
    re.IGNORECASE,
)
_PLEASE = re.compile(r"please (?:also )?(?:find|list|name|suggest|recommend|send|show|tell)\b", re.IGNORECASE)
_OBJECT = re.compile(
    r"(?:look(?:s|ing)? for|search(?:es|ing)? for|in search of|after|seek(?:s|ing)?|needs?|needing|wants?|required?|requires|to (?:meet|find|know|visit|hire|rent|buy|talk to|speak to)|asks?(?: me)?|asked(?: me)?)\s+(.*)",
    re.IGNORECASE | re.DOTALL,
)
_SOMEBODY = r"(?:(?:some|any)(?:one|body)|(?:an?|the|some) (?:small |good |local |reliable |experienced |new |right )*(?:partner|company|firm|supplier|provider|lab|laboratory|team|group|person|expert|specialist|organisation|member|consultant|contractor|one|solution))"
_NARROWS = re.compile(
    rf"^\W*(?:and |or |so |please )*(?:(?:is|are|do|does|would|has|have) (?:there |you |we )?(?:know |have )?(?:of )?)?{_SOMEBODY}(?: else)?\W*(?:$|(?:with|who|that|which|whose|near|in|around|within|close|closer|based|from|at|outside|local|nearby|experienced|able|willing|familiar|we|i|you)\b)",
    re.IGNORECASE,
)
_SUBJECT_POINTS = re.compile(
    r"^\W*(?:and |but |so |also,? )*(?:(?:do|does|did|are|is|can|could|would|will|should|has|have|must|what|how|where|when|why|which)\b(?: \w+){0,2} )?(?:they|it|he|she|those|these|them|that|this)\b|\b(?:any|which|some|one|many|either|both) of (?:them|those|these)\b|^\W*(?:and )?which (?:are|is|ones?)\b|^\W*(?:and )?who (?:are|is) (?:they|that|it|the (?:best|nearest|biggest))\b|^\W*(?:and )?who (?:is|are|isn't|aren't)(?: not)?(?: too| very| also| most)? \w+\W*$",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:they|them|their|theirs|it|its|those|these|such)\b|\b(?:this|the same)\b(?! (?:year|week|month|spring|summer|autumn|winter|region|area))|\b(?:that|one)\b(?=\W*$|\W*[,.;:?!]| (?:we|i|with|near|in) )",
    re.IGNORECASE,
)
_FEW = re.compile(
    rf"\b(?:two|three|four|five|six|seven|2|3|4|5|6|7|several|some|(?:a )?few|a couple of|couple of|different|following|separate|various|these) (?:\w+ ){{0,2}}?{_THING}\b|\bquestions\b|\b(?:i|we) need the following\b",
    re.IGNORECASE,
)
_FOR_ALL = re.compile(
    r"^\W*(?:and )?(?:all|both|each|everyone|everybody|every one)\b(?! (?:you|best|help|about|i|we))",
    re.IGNORECASE,
)
_WISHED = re.compile(
    r"^\W*(?:and )?(?:also )?(?:any|some)(?:one|body)?\b[^?]*\b(?:would|should|must|will|is (?:fine|best|ok|welcome))\b[^?]*$",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"^\W*(?:so |and )*who (?:else )?(?:can|could|would|might|should|has|is)\b", re.IGNORECASE
)
_QUANTITY = re.compile(
    r"^(?:about |around |some |at least |up to |roughly |only )*(?:[\d£$€]|it\b|them\b|this\b|that\b|to\b(?! (?:know|meet|find|hire|rent|buy|visit|talk|speak|learn)\b)|help\b|one\b|all\b|your\b|us\b|you\b|an? (?:[\w-]+ ){0,2}?(?:quick|fixed|quote|reply|answer|price|decision|fast|rough|call|chat|delivery|certificate|report|licen[cs]e|warranty|invoice|guarantee|discount|contract|copy|visit|meeting|date|deadline|sample|certificate of \w+|documentation|traceability|accreditation)\b)",
    re.IGNORECASE,
)
_GENERIC = frozenset("""
    deliver supply happen enjoy reply call first like similar else best nearest also another second third finally last next
    sme smes small large big local near close closer nearby micro medium region north south east west area uk england
    anybody anyone somebody someone options option first lastly secondly thirdly firstly additionally separately besides
    furthermore question questions ps thing matter note different further case contact ideas suggestion suggestions
    introduce introduction touch recommend suggest list find name tell please happy good quick cheap cost price
    experience experienced available availability capacity quickly soon today tomorrow week month year already
    both each all every couple few two three four five following wants asks asked wonder colleague boss client
    qualify qualifies try tried fit fits meet meets tick boxes choose pick turn ring answer possible interested exist exists
    able willing quote advise kindly speak talk partner company firm companies firms member members network
    """.split())  # noqa: SIM905 - a list of words reads best as one  # fmt: skip


def led(said: str) -> bool:
    """Whether it begins as one more of several: "Also, …", "Second, …", "We also need …"."""
    return bool(_LED.match(said) or _ALSO.search(said[:80]))


def without_lead(said: str, *, fully: bool = False) -> str:
    """Without what only counts it: "Second, who …" is "who …"; `fully`: without "and" too."""
    found = _LED.match(said)
    rest = re.sub(r"^[\W_]*(?:(?:and|is(?! there))\s+)?", "", said[found.end() :]) if found else said
    return (_AND.sub("", rest) if fully else rest) or said


def announces_several(said: str) -> bool:
    return bool(_FEW.search(said[:MOST_READ]))


def only_announces(said: str) -> bool:
    """ "I have two questions:" asks nothing yet."""
    return announces_several(said) and not re.search(r"\b(?:who|which|where|any\w*|someone|somebody)\b", said)


def for_all(said: str) -> bool:
    """A condition on everything that is asked: "All of them near Leeds, please." """
    return bool(_FOR_ALL.match(said)) and not asks(said)


def asks(said: str) -> bool:
    """Whether somebody is sought, or something is to be told, in so many words."""
    said = said[:MOST_READ]
    bare = _AND.sub("", without_lead(said))
    if (
        (ASIDE.search(said) and not (_WHO.match(bare) and "?" in said))
        or _WISHED.match(said)
        or only_announces(bare)
    ):
        return False
    if _WHO.search(bare) and (_WHO.match(bare) or _PLEASE.match(bare) or bare.rstrip().endswith("?")):
        return True
    if re.search(r"\b(?:know|tell me|tell us|asks?|asked|wonder\w*|see|:) (?:who|which|where|if any)", bare):
        return True
    return bool(_PLEASE.match(bare) or _NEED.match(bare))


def points_back(said: str) -> bool:
    """Whether it speaks of what was asked before it, and of little else."""
    bare = _AND.sub("", without_lead(said))
    if _SUBJECT_POINTS.search(bare[:200]):
        return True
    return bool(_POINTS.search(bare)) and not (led(said) and len(subject(bare)) > 1)


def narrows(said: str) -> bool:
    """Whether it only says more of whom was asked for: a place, a quality, a number of them."""
    bare = _AND.sub("", said)
    if led(said):
        sought = _OBJECT.search(bare)
        return "?" not in said and bool(
            _NARROWS.match(without_lead(said)) or (sought and _QUANTITY.match(sought[1]))
        )
    if not subject(bare) or _NARROWS.match(bare) or CONDITION.match(said):
        return True
    if _WHO.match(bare):
        return False
    sought = _OBJECT.search(bare)
    return bool(sought and (_NARROWS.match(sought[1]) or _QUANTITY.match(sought[1])))


def names_one(said: str) -> bool:
    """Whether a need is of somebody, or something, of a kind of its own: "We need a courier for …"."""
    sought = _OBJECT.search(_AND.sub("", said))
    return bool(
        sought
        and re.match(
            r"(?:to know )?(?:an?|some(?:one|body)|suppliers?|makers?|experts?|who|whom|which)\b",
            sought[1],
            re.IGNORECASE,
        )
    )


def is_question(said: str) -> bool:
    return bool(_WHO.match(_AND.sub("", without_lead(said))))


def is_plea(said: str) -> bool:
    return bool(_PLEASE.match(_AND.sub("", said)))


def sums_up(said: str) -> bool:
    """ "So who could help?" after a story ends what the story began."""
    return bool(_MODAL.match(said))


def subject(said: str) -> frozenset[str]:
    """The stems of the words that tell what it is about."""
    return frozenset(
        word[:STEM]
        for word in map(plain, words_of(asked_in(said)))
        if len(word) > 1
        and word not in STOP_WORDS
        and word not in FILLER_WORDS
        and word not in _GENERIC
        and not word.isdigit()
    )


def opening(said: str) -> tuple[str, ...]:
    """Its first two words: asks in a row begin alike."""
    return tuple(words_of(_AND.sub("", said))[:2])
