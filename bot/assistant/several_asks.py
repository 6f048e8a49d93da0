"""Tells the asks of one mail apart, each with the conditions that belong to it; in doubt it is one ask."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.assistant import ask_signs as signs
from bot.assistant.corrections import correction_in
from bot.assistant.follow_ups import command
from bot.assistant.introduce_asks import introduction_in
from bot.assistant.listed_asks import in_lines, is_lead, places_all
from bot.assistant.mail_ask import SENTENCE, own_words

MOST_SENTENCES = 80
LONGEST = 8000  # characters of a mail in which asks are told apart

_ITEM = re.compile(
    r"^\s*(?:[-*•·–]|\(?\d{1,2}[.):]\)?|\(?[a-h][.)]|(?:q|question|no\.?|nr\.?)\s?(?:\d{1,2}|one|two|three|four|five)\s?[:.)–-])\s*(?=\S)",
    re.IGNORECASE,
)
_NARROWING = re.compile(
    r"\W*(?:only|just|not|without|within|nearer|closer)\b(?: [\w&'-]+){0,4}\W*(?:[.!?\n]|$)", re.IGNORECASE
)
_SECOND_HALF = re.compile(
    r";\s+(?=(?:and |but )?(?:also|who|which|do you|we|is there)\b)|,?\s+(?=and (?:also )?(?:who (?!is\b|are\b|should\b|could\b)|which \w+|where can|is there an?|are there any|do you know|does anyone|we(?:'re|’re| are)? (?:also )?(?:need|looking)|my \w+ (?:wants|needs|asks|is)|also\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Said:
    """One sentence where it stands."""

    text: str
    paragraph: int
    item: bool = False  # the first of a list's item
    joint: str = " "  # what stood before it


@dataclass(slots=True)
class _Asked:
    """One ask as it is gathered: its sentences, and the one that asks."""

    parts: list[_Said]
    ask: _Said | None = None

    def text(self) -> str:
        told = [each for each in self.parts if each is self.ask or not signs.only_announces(each.text)]
        first, *others = told or self.parts
        begun = signs.without_lead(first.text, fully=True) if first is self.ask else first.text
        joints = [" " if each is self.ask else each.joint for each in others]
        return begun + "".join(f"{joint}{each.text}" for joint, each in zip(joints, others, strict=True))


def asks_in_mail(text: str) -> tuple[str, ...]:
    """Each ask of a mail, in order; a mail with one ask is that ask, letter for letter as it was written."""
    words = own_words(text, spaced=True)[:LONGEST].strip()
    said = list(_sentences(words))[:MOST_SENTENCES]
    asked = _after_short_word(said) if _is_short_word(words) else _gathered(said)
    return tuple(each.text() for each in asked) if len(asked) > 1 else (text,)


def ask_below(text: str) -> str:
    """A question of its own that follows a short word, such as a yes; "" for none."""
    words = own_words(text, spaced=True)[:LONGEST].strip()
    below = (each.text for each in list(_sentences(words))[1:MOST_SENTENCES])
    return next((signs.without_lead(each, fully=True) for each in below if _is_sure_ask(each)), "")


def _is_sure_ask(said: str) -> bool:
    plainly = "?" in said and signs.is_question(said) and bool(signs.subject(said))
    return plainly and not signs.points_back(said) and not signs.narrows(said)


def _is_short_word(words: str) -> bool:
    """Whether it begins with something that is done, or goes on with an earlier answer, and so asks nothing anew."""
    first = words.partition("\n")[0]
    heard = correction_in(first)
    narrows = _NARROWING.match(first)
    return bool(command(first) or introduction_in(words) or narrows or (heard and heard.sure))


def _after_short_word(said: list[_Said]) -> list[_Asked]:
    """The short word with all that belongs to it, and what is surely an ask of its own below it."""
    start = next((at for at, each in enumerate(said) if at and _begins_anew(each.text)), None)
    if start is None:
        return []
    return [_Asked(said[:start]), *_gathered(said[start:])]


def _begins_anew(said: str) -> bool:
    return signs.led(said) and signs.is_question(said) and not signs.points_back(said)


def _sentences(words: str) -> Iterator[_Said]:
    paragraph, open_lines, joint, item = 0, "", "", False
    for line in (*in_lines(words), ""):
        found = _ITEM.match(line)
        if (found or not line.strip()) and open_lines:
            yield from _apart(open_lines, paragraph, item=item, joint=joint)
            open_lines, item = "", False
        if not line.strip():
            joint = "\n\n"
            continue
        if found:
            joint = "\n- "
        if not open_lines:
            paragraph += 1
            item = bool(found)
        open_lines = f"{open_lines} {line[found.end() :] if found else line}".strip()


def _apart(lines: str, paragraph: int, *, item: bool, joint: str) -> Iterator[_Said]:
    sentences = [
        half for each in SENTENCE.split(" ".join(lines.split())) for half in _SECOND_HALF.split(each)
    ]
    for number, said in enumerate(each for each in sentences if each.strip()):
        yield _Said(said.strip(), paragraph, item and not number, " " if number else joint)


def _gathered(sentences: list[_Said]) -> list[_Asked]:
    """Sentences in asks: what narrows goes with the ask before it, what leads up with the one after it."""
    gathered: list[_Asked] = []
    lead: _Said | None = None
    for number, said in enumerate(sentences):
        lead = said if is_lead(said.text) and not said.item else lead
        if gathered and signs.for_all(said.text):
            for each in gathered:
                each.parts.append(said)
        elif not gathered:
            gathered.append(_Asked([said], said if _is_ask(said, sentences) else None))
        elif not _is_ask(said, sentences):
            gathered[-1].parts.append(said)
        elif gathered[-1].ask is None:
            gathered[-1].parts.append(said)
            gathered[-1].ask = said
        elif _is_another(said, gathered, before=sentences[number - 1]):
            before_it = (
                [lead] if lead and said.item and places_all(lead.text) else _leading_up(gathered[-1], said)
            )
            gathered.append(_Asked([*before_it, said], said))
        else:
            gathered[-1].parts.append(said)
    return gathered


def _is_ask(said: _Said, sentences: list[_Said]) -> bool:
    if _leads_to_somebody(said, sentences):
        return False
    if signs.asks(said.text):
        return True
    announced = any(signs.announces_several(each.text) for each in sentences[:4] if not each.item)
    if said.item and (said.text.endswith("?") or announced):
        return bool(signs.subject(said.text))
    if (said.item and signs.names_somebody(said.text)) or signs.is_one_more(said.text):
        return True
    return (
        announced
        and signs.led(said.text)
        and not signs.points_back(said.text)
        and signs.tells_what(said.text)
    )


def _leads_to_somebody(said: _Said, sentences: list[_Said]) -> bool:
    """ "We need:" above a list of those needed."""
    if said.item or not is_lead(said.text):
        return False
    below = next((each for each in sentences[sentences.index(said) + 1 :]), None)
    return below is not None and below.item and signs.names_somebody(below.text)


def _is_another(said: _Said, gathered: list[_Asked], *, before: _Said) -> bool:
    """Whether what is asked here is something else than what was asked before it."""
    text, last = said.text, gathered[-1].ask
    own = signs.subject(text)
    if last is None or not own or signs.points_back(text):
        return False
    if signs.led(text) and signs.asks_to_be_told(text):
        return True
    if not all(own - signs.subject(each.ask.text) for each in gathered if each.ask):
        return False  # nothing that was not asked before
    if said.item and last.item:
        return True
    if signs.led(text) or signs.narrows(text):
        return not signs.narrows(text)
    known = frozenset[str]().union(*(signs.subject(each.ask.text) for each in gathered if each.ask))
    if own & known:
        return _is_alike(said, last, news=own - known)
    return _is_of_its_own(said, last, before=before)


def _is_alike(said: _Said, last: _Said, *, news: frozenset[str]) -> bool:
    """Of asks that share words: "Who sells gowns? Who sells masks?" are two, since they begin alike."""
    own, other = signs.opening(said.text), signs.opening(last.text)
    if own[:1] == other[:1] == ("who",) and own[1:] != other[1:]:
        return not signs.sums_up(said.text)
    return own == other or (said.paragraph != last.paragraph and len(news) > 1 and own[:1] == other[:1])


def _is_of_its_own(said: _Said, last: _Said, *, before: _Said) -> bool:
    """Of asks that share no word; a question that ends a story only sums it up."""
    apart = said.paragraph != last.paragraph
    if signs.is_question(said.text):
        told = before is not last and not apart and not signs.asks(before.text)
        ends_a_story = not apart and signs.is_story(last.text)
        return not ends_a_story and not (told and signs.sums_up(said.text))
    alike = signs.opening(said.text) == signs.opening(last.text)
    return signs.names_one(said.text) or (alike and (apart or signs.is_plea(said.text)))


def _leading_up(asked: _Asked, said: _Said) -> list[_Said]:
    """Sentences before a new ask that are its story: they stand in its paragraph, and the ask before it does not."""
    if asked.ask is not None and asked.ask.paragraph == said.paragraph:
        return []
    story: list[_Said] = []
    while asked.parts[-1] is not asked.ask and asked.parts[-1].paragraph == said.paragraph:
        story.insert(0, asked.parts.pop())
    return story
