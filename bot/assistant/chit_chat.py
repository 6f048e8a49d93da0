"""Hears greetings, thanks and talk about parking and invoices, which no organisation answers."""

import re

from bot.assistant.intents import SmallTalkKind
from store.search.common_words import is_common
from store.search.words import STOP_WORDS, words_of

LONGEST = 300  # characters of small talk; what is longer asks for something

_OF_THE_HOUSE = frozenset(
    {
        "password",
        "login",
        "website",
        "app",
        "bot",
        "webinar",
        "deadline",
        "nomination",
        "nominations",
        "booking",
        "mailing",
        "link",
        "zoom",
        "account",
        "profile",
        "membership",
        "attached",
        "report",
    }
)
_NAME = (
    r"(?:\s+(?:all|everyone|everybody|team|there|folks|both|again|mate|guys|whodoes|bot|[a-z][\w'-]{1,20}))?"
)
_MUCH = r"(?:\s+(?:so much|very much|a lot|a million|a bunch|again|all|everyone|team|for (?:that|this|your help|the help|everything|the quick reply|getting back to me)|that(?:'?s| is) (?:great|perfect|helpful|all|it|really helpful|very helpful)))*"
_WHOLE = {
    SmallTalkKind.GREETING: rf"(?:hi+|hello+|hey+|hiya|howdy|yo|greetings|morning|good (?:morning|afternoon|evening|day)|happy (?:new year|friday|monday|christmas|easter)|merry christmas){_NAME}(?:[\s,]*how (?:are|'re) (?:you|things|we)(?: doing)?(?: today)?)?|how are (?:you|things)(?: doing)?(?: today)?|how'?s it going|nice to meet you|are you there|anyone there|test(?:ing)?(?: (?:1 2 3|123))?",
    SmallTalkKind.THANKS: rf"(?:ok(?:ay)? |great |perfect |brilliant |lovely |many |no |much |cool |awesome )?(?:thanks?(?: you)?|thx|thankyou|ta|cheers|much appreciated|appreciated|appreciate it|that'?s (?:really |very |so )?(?:helpful|great|perfect|brilliant|useful)|very helpful|you'?re (?:a star|the best|great|brilliant)){_MUCH}{_NAME}",
    SmallTalkKind.GOODBYE: rf"(?:bye+|goodbye|bye bye|see you(?: (?:all|later|soon|there|then|tomorrow|next (?:week|time)|on \w+|at \w+(?: \w+){{0,3}}))*|see ya|good ?night|speak soon|talk (?:soon|later)|take care|have a (?:good|great|nice|lovely) \w+|ttyl|later){_NAME}",
    SmallTalkKind.ACKNOWLEDGEMENT: r"(?:ok(?:ay)?|k|kk|yes|yep|yeah|yup|no|nope|nah|sure|fine|great|good|cool|perfect|brilliant|excellent|lovely|nice|awesome|super|wow|lol|haha+|ha|hehe|hmm+|oh|ah|right|noted|got it|understood|will do|sounds good|no problem|no worries|never ?mind|all good|that works|makes sense|i see|fair enough|agreed|done|sorry|oops|me too|same here|same|congrat(?:s|ulations)|well done|good (?:job|work|bot|luck)|welcome|yes please|no thank you|not now|maybe)(?:[\s,]+(?:then|thanks|thank you|great|cool|good|everyone|all|ok|haha|lol))*",
}
_WHOLE_OF = {kind: re.compile(pattern) for kind, pattern in _WHOLE.items()}
_THING = r"(?:slides?|deck|presentation|recording|invoice|receipt|agenda|minutes|link|badge|certificate|delegate list|attendee list|photos?|pictures?|joining instructions|calendar invite|invite|attachment|e-?mail|newsletter|password|report|form)s?"
_TALK = re.compile(
    r"\b(?:"
    r"(?:where|how|can|do) (?:do |can |should |could |is there |we |i )*(?:i |we )?park(?:ing)?\b|\bparking\b|car park\b|"
    rf"(?:re-?send|send|forward|share|e-?mail|get|have|find|where (?:is|are)|lost|missed) (?:(?:me|us|over|on|you|out) )*(?:the|a|my|our|your|that|those|this) (?:copy of the |last |latest )?{_THING}\b|"
    r"(?:our|my|your|the|an?|update|pay|about|address) invoices?\b|invoice (?:address|number|for)\b|purchase order|"
    r"(?:out of (?:the )?office|annual leave|on (?:holiday|vacation|leave|maternity leave|paternity leave)|will (?:reply|respond) (?:on|when)|automatic reply|auto-?reply)\b|"
    r"wi-?fi\b(?! (?:enabled|module|sensor|device))|(?:what(?:'s| is| will)|how(?:'s| is)) the weather|weather (?:like|forecast|today|tomorrow)|"
    r"how much (?:does|is|do|are|would|for)\b.{0,40}\b(?:membership|cost|join|subscription|ticket|fee)|membership (?:cost|fee|price|renewal|subscription|form)s?|"
    r"(?:cost|price|fee)s? (?:of|for) (?:membership|joining|a ticket|tickets|the (?:dinner|event|conference|workshop))|(?:how (?:do|can) (?:i|we)|want to|like to) (?:join|become a member|renew|cancel|register|sign up|log ?in)\b|"
    r"renew (?:our|my) (?:membership|subscription)|reset my password|log ?in\b|"
    r"happy birthday|happy anniversary|congratulations (?:to|on)|welcome (?:to the team|aboard|back)|get well soon|good luck|"
    r"book(?:ed|ing)? (?:the|a|our) (?:meeting )?room|(?:dietary|vegetarian|vegan|gluten) (?:requirement|option|meal|catering|menu)s?|"
    r"(?:what|which) time (?:does|is|do|will|are|should)|when (?:does|do|will|should) (?:the|it|we|i|registration|doors?|you)\b|(?:running|be) (?:\w+ ){0,3}late\b|"
    r"did (?:you|anyone|he|she|they) (?:get|see|receive|read) (?:my|the|our|this|that)|(?:my|the|your) (?:last|previous) (?:e-?mail|message)|"
    r"we(?:'ve| have)? (?:already )?found (?:someone|somebody|one|a \w+)|(?:can|could) (?:you|we) (?:re-?schedule|move the|cancel the)|"
    r"(?:call|ring|phone|e-?mail|message|text) (?:me|us) (?:back|when|later|tomorrow|on)|let me know when|"
    r"(?:tell (?:me|us) )?a joke|are you (?:a )?(?:bot|human|robot|real|ai|alive)|who (?:are you|made you|built you)\b|what(?:'s| is) your name|"
    r"what(?:'s| is) (?:for (?:lunch|dinner)|the (?:time|date|wifi|password|dress code|address of the venue))|dress code|lunch (?:today|provided|menu)|coffee (?:break|today)|(?:train|bus|taxi)s? (?:to|from) the (?:venue|station|event)|(?:at|to|find|address of|directions to) the venue|"
    r"(?:see|meet) you (?:all )?(?:on|at|in|there|tomorrow|next|later|soon)\b|looking forward to (?:it|seeing|meeting|the)|"
    r"(?:sorry|apologies) (?:for|about|i|we)\b|(?:can't|cannot|can not|won't|unable to) (?:make it|attend|come|join)|"
    r"(?:link|login|app|website|page|password|form|button)s? (?:does not|doesn't|isn't|is not|is|won't|not) (?:work|working|broken|open|load|down)|please (?:ignore|disregard|delete|find attached)|(?:add|put|keep) (?:me|us) (?:to|on) (?:the|your) (?:\w+ )?list|award nominations?|nominations? (?:close|open|deadline)|wrong (?:channel|thread|person|number)"
    r")"
)
_SEEKS = re.compile(
    r"\b(?:who (?:does|makes|can|could|sells|offers|supplies|provides|develops|works|has)|looking for|searching for|too far|(?:needs?|wants|requires?|asked|asks) (?:an? |some |who |whether |if |for )?\w|"
    r"(?:any|some)(?:one|body)\b.{0,30}\b(?:who|do|does|make|makes|offer|offers|sell|sells|supply|can|could|does|doing|making|offering|that|working|selling|know)|which (?:companies|members|firms)|"
    r"(?:companies|members|firms|organisations)\b.{0,20}\b(?:that|doing|making|who|in)|(?:find|need|source|buy|get) (?:a|an|some|me|us)\b|in touch with|introduc\w+ (?:me|us|to)\b|help (?:us |me )?with|help (?:us|me)(?: to)? (?:find|source|locate|identify) |suppliers? of|providers? of|specialis|recommend)"
)
_THANKED = re.compile(r"^(?:many |big )?(?:thanks|thank you|thx|ta|cheers) (?:again )?(?:for|to)\b")
# What is said of oneself, of the other or of the thing at hand; with everyday words alone, it asks for nobody.
_IDLE = re.compile(
    r"^(?:(?:how|where|when|why) (?:do|can|could|should|may|must) (?:i|we)\b|(?:can|could|may|should|shall) (?:i|we)\b|"
    r"(?:(?:where|what|when|how|why)(?:'s| is| are| was| were)|is|are|was|were|does|did) (?:the|your|my|our|it|this|that|there a|you)\b|"
    r"(?:that|this|it)(?:'s| is| was| isn't| wasn't| doesn't| does| works)\b|(?:i've|i have|i am|i'm|we've|you|you're|they) |(?:my|your|the|our) (?=.{0,60}\b(?:is|are|was|were|isn't|has|had|looks?|sounds?|works?|doesn't|won't|will|went|did|closed|open|cancelled)\b)|"
    r"(?:can|could|would|will) (?:you|someone|somebody|anyone) |please |(?:i )?hope |(?:what|how) (?:about you|was)\b|why )"
)
_CROSS = re.compile(
    r"(?:(?:that(?:'s| is) |you(?:'re| are) )?(?:wrong|useless|rubbish|nonsense|not (?:helpful|useful|right|it|what i (?:asked|meant|wanted))|unhelpful|stupid|bad|terrible|awful|no good)(?: bot| answer)?|haha.{0,20}|(?:good|nice) (?:one|try))"
)
_ENDS = re.compile(r"^[\s\W_]+|[\s\W_]+$")
_PUNCTUATION = re.compile(r"[^\w\s'-]+")


def small_talk(text: str) -> SmallTalkKind | None:
    """What sort of small talk the whole message is, or None."""
    if len(text) > LONGEST:
        return None
    folded = text.lower().replace("’", "'")
    said = " ".join(_PUNCTUATION.sub(" ", _ENDS.sub("", folded)).split())
    for kind, pattern in _WHOLE_OF.items():
        if pattern.fullmatch(said):
            return kind
    if _CROSS.fullmatch(said):
        return SmallTalkKind.OTHER
    if _SEEKS.search(said):
        return None
    if _TALK.search(said) or _THANKED.match(said) or (_IDLE.match(said) and _all_everyday(said)):
        return SmallTalkKind.THANKS if said.startswith(("thank", "no thank")) else SmallTalkKind.OTHER
    return None


def _all_everyday(said: str) -> bool:
    content = [word for word in words_of(said) if word not in STOP_WORDS]
    return all(is_common(word) or word in _OF_THE_HOUSE for word in content)
