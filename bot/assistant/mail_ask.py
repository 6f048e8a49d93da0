"""Takes the ask out of a mail: no quotes, greetings, signatures or disclaimers, and of the rest the request."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.assistant.follow_ups import command
from bot.assistant.lead_ins import asked_in, tells

MOST_LINES = 400
MOST_KEPT = 2000  # characters of the ask that are looked at
MOST_OWN = 4 * MOST_KEPT  # characters of a mail in which it is looked for

_WROTE = re.compile(r"^\s*(?:on|am|le|el)\b.{0,300}\b(?:wrote|schrieb|écrit|escribió)\s*:\s*$", re.IGNORECASE)
_WROTE_END = re.compile(r"\bwrote:\s*$", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"^\s*(?:-{2,}\s*(?:original|forwarded) message\b|begin forwarded message|_{8,}\s*$)", re.IGNORECASE
)
_HEADER = re.compile(r"^\s*\*?(?:from|to|cc|sent|date|subject|reply-to)\s*:\*?(?:\s|$)", re.IGNORECASE)
_AUTHOR = re.compile(r"^\s*\*?from\s*:\*?\s*(?P<name>[^<\[(\n]{0,100})", re.IGNORECASE)
_FORWARDED = re.compile(r"^\s*(?:fw|fwd)\s*:", re.IGNORECASE)
_GREETING = re.compile(
    r"^\s*(?:(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|morning|afternoon|evening|greetings|"
    r"to whom it may concern)\b(?:[ ,]+[\w.'&-]+){0,4}\s*[,.!:;–-]*\s*)$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\s*(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening)|morning|afternoon)(?:\s+[\w.'-]+){0,3}\s*[,!–-]\s*",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"^\s*(?:(?:kind|best|warm|many|warmest|kindest)?\s*(?:regards|wishes|thanks)|best|cheers|thanks|thank you|"
    r"many thanks|thanks in advance|with thanks|yours (?:faithfully|sincerely|truly)|sincerely|all the best|ta|"
    r"thanks (?:again|and regards|very much|so much)|kr|br|rgds|speak soon|talk soon|cheers for now|"
    r"(?:mit )?(?:freundlichen?|besten?|viele[nr]?|herzlichen?|liebe) gr(?:ü|ue)(?:ß|ss)en?|mfg|"
    r"(?:med )?(?:venlige?|vennlig|vänliga|bästa) (?:hilsen|hilsner|hälsningar)|mvh|(?:bien )?cordialement|bien à vous|"
    r"(?:met )?(?:vriendelijke|hartelijke) groet(?:en|jes)?|(?:cordiali|distinti) saluti|(?:un cordial )?saludos?"
    r"(?: cordiales)?|atentamente|atenciosamente|(?:com os melhores )?cumprimentos|pozdrawiam|z poważaniem|"
    r"(?:ystävällisin )?terveisin|s pozdravem|üdvözlettel)"
    r"(?:\s+(?:in advance|again|and (?:kind |best )?regards))?\s*[,.!–-]*\s*(?:[A-Z][\w'-]{0,20})?\s*$",
    re.IGNORECASE,
)
_REGARDS = re.compile(r"\b(?:regards|wishes|yours|sincerely|faithfully)\b", re.IGNORECASE)
_SIGNATURE = re.compile(r"^\s*(?:--\s*|-- ?\S.{0,40}|sent from my \w+.*|get outlook for .*)$", re.IGNORECASE)
_DISCLAIMER = re.compile(
    r"(?:this (?:e-?mail|message|communication)\b.{0,80}\b(?:confidential|intended|privileged)|registered (?:in england|office)|"
    r"please consider the environment|if you are not the intended recipient|follow us on|company (?:no|number|registration))",
    re.IGNORECASE,
)
SENTENCE = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bProf\.)(?<!\bSt\.)(?<!\bLtd\.)(?<!\bCo\.)(?<!\bInc\.)(?<!\bvs\.)(?<!\bapprox\.)\s+(?=\S)"
)
_BULLET = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)])\s+")
_CUES = (
    re.compile(
        r"\b(?:who|which|whom)\b(?!\s+(?:is|are|was|have|has|had)\b[^?]*[^?]$)[^?]*\?"
        r"|\b(?:looking (?:for|to find)|search(?:ing)? for|in search of|we(?:'re|’re| are) after|i(?:'m|’m| am) after|"
        r"introduc\w+ (?:to|us|me)|recommend\w*|suggest\w*|point (?:us|me)|put (?:us|me) in touch|seeking|sourc(?:e|ing))\b"
        r"|\b(?:do|does|did) (?:you|anyone|anybody|we) (?:know|have|make|offer|do|work)\b"
        r"|\b(?:anyone|anybody|someone|somebody)\b"
        r"|\b(?:client|customer|colleague|friend|boss|member|company|team|group|lab|department|start-?up|spin-?out)s?(?: of (?:mine|ours))?(?: \w+){0,2} (?:needs?|wants?|requires?|seeks?|asked|asks)\b"
        r"|\b(?:could|can|would) you (?:please )?(?:name|list|suggest|recommend|tell|help|share|identify)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:we|i|our \w+(?: \w+){0,3}|my \w+)(?:'d|’d| would| are| am)? ?(?:(?:also|really|urgently|now|currently|therefore|still|just|soon|next|badly|desperately) ){0,2}"
        r"(?:need\w*|require\w*|want\w*|like to|love|keen to|hoping|choosing|evaluating|interested|wish)\b"
        r"|\bplease (?:suggest|list|name|recommend|send|share)\b|\b(?:list|name|find) (?:the |all )?(?:companies|firms|members|organisations)\b"
        r"|\b(?:which|who|where)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\?\s*$"),
)
ASIDE = re.compile(
    r"\b(?:invoice|parking|hope (?:you|this|all)|happy to|thank you for|thanks for|jump on a call|board meeting|"
    r"sign an nda|newsletter|look(?:ing)? forward|met (?:you )?briefly|only need names|we looked at|happy new year|"
    r"two things|we(?:'d|’d| would) prefer|any introductions|unsubscribe|apologies|call me|ring me|give me a (?:call|ring|shout)|(?:get|come) back to (?:me|us)|"
    r"let (?:me|us) know|hear from you|(?:grateful|appreciate|great|lovely|good|brilliant|fantastic|helpful|welcome) (?:it )?(?:if|to hear)|would be (?:much |very |really |greatly )*(?:appreciated|welcome|great|helpful)|"
    r"(?:i|we) (?:saw|heard|read|attended|joined|spoke|enjoyed|presented|met)\b|on behalf of|(?:you|someone) (?:may|might) remember|feel free|cc(?:'|’)?(?:d|ed|ing)|copied in|(?:more|further) (?:details|information) (?:is|are|can be|on request)|attached)\b",
    re.IGNORECASE,
)


# A sentence that asks for nothing and narrows what is asked: "Ideally within 30 miles of Bolton. No consultants."
_MUST = r"(?:must|should|needs? to|has to|have to|would (?:have to|need to|ideally|preferably)|ideally|preferabl[ey]|can(?:not|'t|’t)|may not|mustn't|shouldn't)"
CONDITION = re.compile(
    rf"^\W*(?:and |but |so |please |also )?(?:(?:they|it|he|she|this|that|the (?:company|firm|supplier|lab|partner|organi[sz]ation|provider|right (?:one|person|company)))\b[^,;]{{0,20}}?\b{_MUST}"
    r"|(?:must|should|needs to|has to|ideally|preferabl[ey]|preferred|only|nobody|no|not|nothing|none|within|somewhere|anywhere|near|nearby|based|located|local|in|excluding|except|anyone but|outside|around|under|fewer|less than|up to|uk|small|smes?|large|big)"
    r"|(?:we|i)(?:['’]d| would)? (?:much |strongly |rather |really )?(?:prefer|rather|favou?r)|our preference is|location|size|where|distance)\b",
    re.IGNORECASE,
)
_PREFERRING = re.compile(
    r"\b(?:prefer\w*|rather|ideally|must|should|needs? to|has to|have to)\b", re.IGNORECASE
)
_POINTING = re.compile(r"\b(?:this|that|below|these|them|it|see)\b", re.IGNORECASE)
MOST_POINTING = 15  # words with which a forwarded mail is handed on: "Can you help Jo with this?"
_NAME_LINE = re.compile(r"^\s*(?:[A-Z][\w'’-]+\.?)(?: [A-Z][\w'’-]*\.?){0,2}\s*$")
MOST_NAME_BLOCK = 6  # lines of a signature that no sign-off leads
LONGEST_CONDITION = 160  # characters
MOST_REQUESTS, MOST_CONDITIONS = 2, 3


@dataclass(frozen=True, slots=True)
class Request:
    """The sentences in which something is asked for, and those that only narrow it."""

    asked: tuple[str, ...]
    conditions: tuple[str, ...] = ()


def looks_like_mail(text: str) -> bool:
    """Several lines, with something only mails have: a greeting line, a sign-off, a quote, a signature."""
    lines = text.strip().splitlines()[:MOST_LINES]
    if len(lines) < 3:
        return False
    marks = (_GREETING, _SIGN_OFF, _SIGNATURE, _WROTE_END, _ORIGINAL, _FORWARDED)
    return any(mark.search(line[:500]) for line in lines for mark in marks) or any(
        line.startswith(">") for line in lines
    )


def looks_like_sentences(text: str) -> bool:
    """More than one sentence, paragraphs, or a list."""
    stripped = text.strip()
    listed = "\n" in stripped and any(map(_BULLET.match, stripped.splitlines()[1:MOST_LINES]))
    return listed or bool(SENTENCE.search(stripped)) or "\n\n" in stripped


def ask_of_mail(text: str) -> str:
    """The request sentences of a mail, or all of its own words when none looks like a request."""
    return " ".join(request_of_mail(text).asked)[:MOST_KEPT]


@lru_cache(maxsize=16)  # several steps of answering a mail ask this of it
def request_of_mail(text: str) -> Request:
    return request_in(own_words(text))


@lru_cache(maxsize=16)
def own_words(text: str, *, spaced: bool = False) -> str:
    """What the sender wrote for this mail, line by line: no quote, greeting or signature; `spaced` keeps its blank lines."""
    body = "\n".join(_body(text.splitlines()[:MOST_LINES], spaced=spaced))[:MOST_OWN]
    return _OPENING.sub("", body.strip(), count=1)


def request_in(text: str) -> Request:
    """What a text of several sentences asks for; all of it when no sentence looks like a request."""
    said = [sentence for part in _paragraphs(text) for sentence in SENTENCE.split(part) if sentence.strip()]
    for cue in _CUES:
        asked = [
            number
            for number, each in enumerate(said)
            if cue.search(each[:MOST_KEPT]) and not ASIDE.search(each)
        ]
        if asked:
            chosen = asked[:MOST_REQUESTS]
            return Request(tuple(_whole(said, chosen)), tuple(_conditions(said, except_for=chosen)))
    plain = [each for each in said if not ASIDE.search(each)]
    return Request((" ".join(plain or said)[:MOST_KEPT],))


def _paragraphs(text: str) -> Iterator[str]:
    """Lines that belong together in one; what a list names, with commas between."""
    paragraph = ""
    for line in text.splitlines():
        bullet = _BULLET.match(line)
        if not line.strip() and paragraph and not paragraph.endswith((":", ",")):
            yield paragraph
            paragraph = ""
        elif line.strip():
            rest = line[bullet.end() :] if bullet else line
            joint = ", " if bullet and paragraph and paragraph[-1] not in ":,." else " " if paragraph else ""
            paragraph += joint + " ".join(rest.split())
    if paragraph:
        yield paragraph


def _whole(said: Sequence[str], chosen: Sequence[int]) -> Iterator[str]:
    """The requests; with the sentence before, or else the next, where one names nothing itself: "We make masks. Who tests those?" """
    for number in chosen:
        own = said[number][:MOST_KEPT]
        beside = [each for each in (number - 1, number + 1) if 0 <= each < len(said) and each not in chosen]
        fitting = [each for each in beside if not ASIDE.search(said[each]) and tells(asked_in(said[each]))]
        if tells(asked_in(own)) or not fitting:
            yield own
        else:
            other = said[fitting[0]][:MOST_KEPT]
            yield f"{other} {own}" if fitting[0] < number else f"{own} {other}"


def _conditions(said: Sequence[str], *, except_for: Sequence[int]) -> Iterator[str]:
    found = 0
    for number, each in enumerate(said):
        if number in except_for or len(each) > LONGEST_CONDITION or found == MOST_CONDITIONS:
            continue
        if CONDITION.match(each):
            found += 1
            yield each
        elif (preferring := _PREFERRING.search(each)) and number > except_for[0]:
            found += 1
            yield each[preferring.start() :]


def _body(lines: list[str], *, spaced: bool) -> list[str]:
    """The lines that the sender wrote for this mail; of a mail forwarded with few words, the forwarded ones."""
    own, rest = _split_at_quote(lines)
    worded = _worded(own, spaced=spaced)
    if _hands_on(lines, worded, rest):
        return _unsigned([line for line in rest if not _HEADER.match(line)], spaced=spaced)
    return _without_name_block([line for line in worded if not _HEADER.match(line)])


def forwarded_by(text: str) -> str | None:
    """Who wrote what is asked, as a forwarded mail names them ("" where it does not); None: the sender did."""
    lines = text.splitlines()[:MOST_LINES]
    own, rest = _split_at_quote(lines)
    if not _hands_on(lines, _worded(own, spaced=False), rest):
        return None
    found = (_AUTHOR.match(line[:500]) for line in rest)
    return next((each["name"].strip(" *\"'") for each in found if each), "")


def _worded(own: list[str], *, spaced: bool) -> list[str]:
    kept = _unsigned(own, spaced=spaced)
    return [line for line in kept if not _greets(line) and not _FORWARDED.match(line)]


def _hands_on(lines: list[str], worded: list[str], rest: list[str]) -> bool:
    """Whether a mail was forwarded with so few words that the forwarded one asks: "Can you help Jo with this?" """
    if not rest or not (
        any(_FORWARDED.match(line) for line in lines[:3]) or any(map(_ORIGINAL.match, lines))
    ):
        return False
    points = sum(len(line.split()) for line in worded) <= MOST_POINTING and any(map(_POINTING.search, worded))
    return points or not _has_request(worded)


def _greets(line: str) -> bool:
    """ "Hi, more please" is no mere greeting."""
    return bool(_GREETING.match(line)) and not command(line)


def _without_name_block(lines: list[str]) -> list[str]:
    """Without the name that ends a mail on lines of its own, and the office and town below it."""
    for at in range(max(1, len(lines) - MOST_NAME_BLOCK), len(lines)):
        block = [line for line in lines[at:] if line.strip()]
        if (
            _NAME_LINE.match(lines[at])
            and not lines[at - 1].strip()
            and not any(each.rstrip().endswith((".", "?", "!", ":")) for each in block)
            and not _has_request(block)
        ):
            return lines[:at]
    return lines


def _has_request(lines: list[str]) -> bool:
    return any(cue.search(line[:MOST_KEPT]) for line in lines for cue in _CUES)


def _split_at_quote(lines: list[str]) -> tuple[list[str], list[str]]:
    own: list[str] = []
    for number, line in enumerate(lines):
        start = line[:500]
        if _ORIGINAL.match(start):
            return own, lines[number + 1 :]
        if _WROTE.match(start) or (_WROTE_END.search(line[-40:]) and own):
            return own, [each.lstrip("> ") for each in lines[number + 1 :]]
        if not start.lstrip().startswith(">"):
            own.append(line)
    return own, []


def _only_signed(lines: list[str]) -> bool:
    """A sign-off and a name, and nothing asked before them or after. Thanks are said to somebody, and are heard."""
    first = next((line[:500] for line in lines if line.strip() and not _greets(line[:500])), "")
    return bool(_SIGN_OFF.match(first) and _REGARDS.search(first)) and not _has_request(lines)


def _unsigned(lines: list[str], *, spaced: bool) -> list[str]:
    """Up to the sign-off, the signature or the disclaimer, without greeting lines, and without blank ones unless `spaced`."""
    kept: list[str] = []
    if lines and _only_signed(lines):
        return []
    for line in lines:
        start = line[:500]
        worded = any(each.strip() for each in kept)
        if _SIGNATURE.match(start) or _DISCLAIMER.search(start) or (worded and _SIGN_OFF.match(start)):
            break
        if (start.strip() or spaced) and not _greets(start):
            kept.append(line)
    return kept
