"""Cuts away what leads up to an ask: the courtesies, and the asker's own story before "… so who does X?"."""

import re

from store.search.words import FILLER_WORDS, STOP_WORDS, words_of

MOST_COURTESIES = 8
MOST_CUES = 12  # places in an ask where the question may begin, from the last on
END = 80  # characters at the end of an ask in which courtesies are looked for

_WHOM = r"(?:\s+(?:all|everyone|everybody|every one|team|there|folks|both|again|guys|gang|peeps|hive ?mind|mate|chaps|whodoes|who does|bot|assistant|colleagues|network|members))*"
_GAP = r"(?:\s*[,.!:;?–—-]+\s*|\s+)"
_STOPS = r"\s*[,.!:;?–—-]+\s*"
_COURTESIES = (
    rf"(?:hi+|hello|hey+|hiya|hullo|howdy|yo|good (?:morning|afternoon|evening|day)|morning|afternoon|evening|greetings|dear)\b{_WHOM}(?:{_STOPS}|\s+(?=(?:who|which|what|where|any|is|are|do|does|can|could|i|we|looking|need|please|find|show|tell|quick|just|sorry|seeking)\b)|$)",
    rf"(?:hi+|hello|hey+|hiya|dear|morning)\s+[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)?{_STOPS}",
    rf"(?:@\w+|whodoes|fao\s+\w+(?:\s+\w+)?|to whom it may concern){_STOPS}|@[\w.-]{{2,40}}\s+",
    r"(?:re|fw|fwd|subject|sv|aw|question|query|request|ask|q)\s*:\s*",
    rf"(?:urgent(?:ly)?|asap|help(?: wanted| needed)?|quick (?:one|question|query|q)|random (?:one|question)|silly question|another one|two things|one more(?: thing)?|ok(?:ay)?(?: so)?|so|right|well|please|pls|plz|hmm+|thanks|thank you|ta){_STOPS}",
    r"(?:so|ok(?:ay)?|right|well|and|also|please|pls|plz|just|hmm+)\s+(?=(?:who|which|what|where|any|is|are|do|does|can|could|i|we|looking|need|find|show|seeking|a|please|just|only|not|no|universities|investors)\b)",
    r"(?:really |so |very )?(?:sorry|apologies|excuse me|forgive me|pardon)\b[^,.;:!?–—]{0,60}?(?:\s*[,.;:!?–—]+\s*(?:but\s+)?|\s+-\s+|\s+but\s+)",
    r"(?:i'm |i am |we're |we are )?(?:not (?:entirely |quite |really )?sure|no idea|don't know|do not know|unsure) (?:if|whether|that|who to ask|where to ask|how)\b[^,.;:!?–—]{0,60}?(?:\s*[,.;:!?–—]+\s*(?:but\s+)?|\s+but\s+)",
    r"(?:(?:it'?s |this is )?(?:a |bit of a |probably a )*(?:long shot|stupid question|silly question|daft question|odd one|strange one|weird one))\b[^,.;:!?–—]{0,30}?(?:\s*[,.;:!?–—]+\s*(?:but\s+)?|\s+but\s+)",
    r"(?:i )?hope (?:you|this|all|everyone)\b[^,.;:!?–—]{0,60}[,.;:!?–—]+\s*",
    r"(?:many )?(?:thanks|thank you) (?:for|to)\b[^,.;:!?–—]{0,80}[,.;:!?–—]+\s*",
    r"(?:(?:i|we)(?:['’]m| am| was|['’]ve been| have been| were|['’]re| are)? )?(?:told|heard|hear|understand|believe|gather|think|reckon) (?:that )?(?:there(?:['’]s| is| are| was| may be| might be| used to be) )?(?:an? |some )?(?=(?:\w+ )?(?:company|companies|firm|firms|member|members|someone|somebody|lab|labs|team|group|organisation|one)\b)",
    r"no preference\b[^,.;:!?–—]{0,40}[,.;:!?–—]+\s*(?:just\s+)?",
    r"(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|lastly|on another (?:matter|note|topic)|separately|by the way|btw)\s*[,:;–—-]+\s*",
)
_COURTESY = re.compile(rf"[\s\W]*(?:{'|'.join(_COURTESIES)})", re.IGNORECASE)
_PARTINGS = (
    r"please|pls|plz|thx|thanks(?: (?:in advance|again|all|everyone|a lot|so much|very much))?|thank you|many thanks|ta|cheers|asap|urgently|these days|lately|recently|nowadays|at the moment|right now|at present|now|"
    r"at all|for (?:me|us)|out there|who(?:'| i)?s out there|anyone|anybody|anyone know|any (?:ideas|thoughts|takers|leads|pointers|suggestions|recommendations|help)(?: (?:please|welcome|appreciated))?|if (?:possible|at all possible|you can|you could|that helps)|"
    r"in (?:the|our|your|this) (?:network|membership|cluster|region|directory|database|community|group|area)|around here|round here|here|that you know(?: of)?|you know(?: of)?|(?:that )?(?:you|anyone) (?:could|can|would) recommend|"
    r"(?:can|could|would) (?:you|anyone|anybody|someone|somebody) (?:please )?(?:help|assist)|(?:i|we) (?:can|could|should|might) (?:talk|speak) to|to (?:talk|speak) to|lol|haha|or (?:similar|something(?: like that| similar)?|so|anything like that)|and (?:so on|the like|such|suchlike)|etc|kind of thing|sort of thing|that sort of thing|over to you|"
    r"(?:many thanks|thanks|thank you|cheers|(?:kind |best )?regards|best wishes), [a-z][\w'-]+|"
    r"(?:that|who|which) (?:i|we) (?:could|can|should|might) (?:use|contact|approach|speak to|talk to|work with)"
)
_PARTING = re.compile(rf"(?:^|[\s,.;:!?()–—-]+)(?:{_PARTINGS})[\s\W]*$", re.IGNORECASE)
_TEXT_SPEAK = (
    (re.compile(r"\b(?:any|ny|ne)1\b", re.IGNORECASE), "anyone"),
    (re.compile(r"\b(?:some|sum)1\b", re.IGNORECASE), "someone"),
    (re.compile(r"\b(?:lkng|lookin|lukin|lookng)\b(?= (?:4|for)\b)", re.IGNORECASE), "looking"),
    (re.compile(r"(?<=(?:one|ing|eed|ody|ood|who) )4(?= [a-z])", re.IGNORECASE), "for"),
    (re.compile(r"\b(?:wanna|wana)\b", re.IGNORECASE), "want to"),
    (re.compile(r"(?<=(?:ing|ant|eed|ike) )2(?= [a-z])", re.IGNORECASE), "to"),
    (re.compile(r"\bw/o\s*(?=\w)", re.IGNORECASE), "without "),
    (re.compile(r"\bw/\s*(?=\w)", re.IGNORECASE), "with "),
    (re.compile(r"\b(?:ppl|peeps)\b", re.IGNORECASE), "people"),
    (re.compile(r"\b(?:gotta)\b", re.IGNORECASE), "have to"),
    (re.compile(r"(?<!\w)u(?= (?:know|recommend|have|got|find|suggest|help|do)\b)", re.IGNORECASE), "you"),
)  # fmt: skip

_SOMEBODY = r"(?:anyone|anybody|someone|somebody|everyone|everybody|no one|nobody)"
_VERB_OF_SEEKING = (
    r"(?:look(?:s|ing)?|search(?:es|ing)?|hunt(?:s|ing)?|on the (?:look-?out|hunt)|ask(?:s|ing)?) (?:for|out for)|(?:looking|trying|hoping|keen|wanting|like|love|want|need|wants|needs) to (?:find|meet|visit|reach|source|identify|locate|hear from|talk to|speak to|speak with|talk with|connect with|get in touch with|partner with|work with|get hold of)|"
    r"in (?:search|need) of|in the market for|on the hunt for|could (?:really )?do with|could (?:really )?use|would (?:welcome|appreciate|be grateful for|value)|(?:introduction|introductions|introduced|intro|intros|introduce (?:me|us)) to|in touch with|"
    r"(?:recommend|suggest|point (?:me|us) (?:to|towards|at|in the direction of)|put (?:me|us) (?:on to|onto)|find (?:me|us)|get (?:me|us)|help (?:me |us )?(?:find|source|locate|identify|with|to find)|who should (?:i|we) (?:talk|speak) to (?:about|for|on))|"
    r"(?:is|are|'s|’s|'re|’re|'m|’m|am) after|(?:partners?|suppliers?|collaborators?|help) (?:wanted|sought|needed|required) (?:for|in|with)|another matter:|pointers? to(?:wards)?|ideas? (?:for|on)|recommendations? (?:for|on)|suggestions? (?:for|on)|leads? (?:for|on)"
)
_NEEDING = (
    r"(?<!who )(?<!that )(?<!which )(?<!people )(?<!patients )(?<!children )(?<!adults )(?<!no )(?:need(?:s|ing|ed)?|requires?|required|requiring|wants?|wanted|wanting|seeks?|seeking|sourcing)"
    r"(?: (?:some |any )?(?:help|support|advice|assistance|expertise)(?: (?:with|on|for|from|in))?)?(?=\s+\S)(?! (?:for|of|by|in)\b)"
)
_CUES = re.compile(
    rf"\b(?:{_VERB_OF_SEEKING})\b|\b(?:friends?|clients?|colleagues?|customers?|members?|boss|someone|somebody|neighbour)(?: of (?:mine|ours))? (?:who|that) (?:needs?|wants?|requires?|seeks?|is (?:looking for|after|seeking))\b|(?:(?<=')|(?<=’)|\b)(?:{_NEEDING})\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    rf"(?:^|[,;:.!?–—(]\s*|\s-+\s*|\b(?:and|but|so|(?:asks?|asked|asking)(?: me| us| around)?|wonder(?:s|ing)?|know|tell me|tell us|idea|sure|see|find out|out|please|question is)\s+)"
    rf"(?=(?:who|which|what|whom|where|whether|if|is there|are there|do you|does|do we|has|have you|can|could|would|will|any)\b(?:\s+\w+){{1,2}})|"
    rf"(?=\b(?:(?:do|does|did|has|have|is|are|could|can|would|might) (?:you |we )?(?:have |know )?(?:of )?(?:there )?)?{_SOMEBODY}\b)",
    re.IGNORECASE,
)
# Who speaks of himself, or of the one he asks for, tells a story; "gene therapy – who does it?" does not.
_STORY = re.compile(
    r"\b(?:i|we|my|our|us|i['’]m|we['’]re|i['’]ve|we['’]ve|i['’]d|we['’]d|he|she|his|her|they['’]re|clients?|customers?|boss|director|colleagues?|friends?|sister company|asks?|asked|wonders?|"
    r"member of|one of|somebody|someone|speaking as|as an?|for a project|sorry|apologies|hope|hoping|thanks|thank you|hi|hello|dear|please|wondering|know|tell|sure|idea|you|your|recommend)\b",
    re.IGNORECASE,
)
_IS_SEEKING = re.compile(r"\b(?:is|are|am|was|were)(?: \w+ly)? (?:look|search|hunt|ask|try|hop|seek|want)|\b(?:client|customer|boss|colleague|friend|member|start-?up|company|team|lab|group|department|spin-?out)s? (?:of (?:mine|ours) )?(?:needs?|wants?|requires?|seeks?)\b", re.IGNORECASE)  # fmt: skip
_PRONOUN = re.compile(r"\b(?:it|them|those|these|this)\b", re.IGNORECASE)
MOST_POINTING = 2  # telling words of a question that points back
_SAYS_NOTHING = frozenset({"pls", "plz", "u", "asap", "urgent", "else", "wants", "need", "makes", "those", "thing", "things", "stuff", "whoever"})  # fmt: skip


def asked_in(text: str) -> str:
    """The ask without courtesies and without the story before it; the whole of it where nothing else were left."""
    said = text
    for pattern, instead in _TEXT_SPEAK:
        said = pattern.sub(instead, said)
    said = _after_story(uncourteous(said)).strip()
    return said if tells(said) else text


def uncourteous(text: str) -> str:
    """The ask without greetings before it and thanks behind it."""
    return _without_partings(_without_courtesies(text))


def _without_courtesies(text: str) -> str:
    for _ in range(MOST_COURTESIES):
        found = _COURTESY.match(text)
        if found is None or not found[0] or not _has_words(text[found.end() :]):
            break
        text = text[found.end() :]
    return text


def _without_partings(text: str) -> str:
    for _ in range(MOST_COURTESIES):
        start = max(0, len(text) - END)
        found = _PARTING.search(text, start)
        if found is None or not _has_words(text[: found.start()]):
            break
        text = text[: found.start()]
    return text


def _after_story(text: str) -> str:
    """From the last words on with which something is asked for, where what stands before them is a story."""
    starts = {found.end() for found in _CUES.finditer(text)} | {
        found.end() for found in _QUESTION.finditer(text)
    }
    for start in sorted(starts, reverse=True)[:MOST_CUES]:
        before, after = text[:start], text[start:]
        if (
            start
            and tells(after)
            and not _points_back(after)
            and (_STORY.search(before) or _IS_SEEKING.search(before))
        ):
            return after
    return text


def _points_back(text: str) -> bool:
    """ "… who stocks it?" says too little without what stands before it."""
    return bool(_PRONOUN.search(text)) and len(_telling(text)) <= MOST_POINTING


def _has_words(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def tells(text: str) -> bool:
    return bool(_telling(text))


def _telling(text: str) -> list[str]:
    return [
        word
        for word in words_of(text)
        if word not in STOP_WORDS and word not in FILLER_WORDS and word not in _SAYS_NOTHING
    ]
