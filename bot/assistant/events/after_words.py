"""What a guest's mail says of an event: a number from 1 to 5, a line, and whom they wanted to meet."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.assistant.mail_ask import own_words

LONGEST_WORDS, LONGEST_WISH = 2000, 300
MOST_WISHES = 5  # of one guest for one event
_SPELLED = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_NUMBER = rf"(?P<score>[1-5]|{'|'.join(_SPELLED)})"
_OUT_OF = r"(?:\s*(?:/|out of|of)\s*(?:5|five))"
_SCORE = re.compile(
    rf"^\W*(?:(?:score|mark|rating|overall|(?:for me )?it was|i(?:['’]d| would)? (?:say|give (?:it|you)|rate it)|a(?: solid)?)\W*"
    rf"(?:an? (?:solid )?)?)?{_NUMBER}(?:{_OUT_OF}(?:\s*stars?)?|\s*stars?|(?=\s*(?:$|[.,;:!–—()-])))[\s.,;:!–—()-]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_MEET = re.compile(
    r"^\W*(?:meet|(?:i(?:['’]d| would| had)? )?(?:(?:would )?(?:have )?(?:wanted|hoped|wished|liked|loved|like|love) to (?:have )?(?:meet|met|(?:talk|speak|chat) (?:to|with))"
    r"|(?:didn['’]t|did not|couldn['’]t) (?:get to |manage to )?(?:meet|find|(?:talk|speak) (?:to|with)))|whom i wanted to meet|introduce me to)\b\s*[:–—-]?\s*(?P<whom>.+)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*\(?(?P<number>[123])\s*[.):]\s+(?P<said>\S.*)$")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_NOTHING = re.compile(
    r"(?:nothing(?: (?:at all|really|comes to mind))?|none|n/?a|no(?:pe)?|[\W_]*)[\W_]*", re.IGNORECASE
)
_NOBODY = re.compile(
    r"(?:no[\s-]?(?:one|body)(?: (?:in particular|special|really))?|none|n/?a|no|nope|everybody i (?:wanted|hoped) to|[\W_]*)[\W_]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """`whole`: it takes the place of all they said before; else it is added to that."""

    score: int | None = None
    words: str = ""
    wishes: tuple[str, ...] = ()
    whole: bool = False

    def __bool__(self) -> bool:
        return self.score is not None or bool(self.words) or bool(self.wishes)


def said_in(text: str) -> Said:
    """A mail or a field, read: the number where it stands first, lines that begin with “Meet:”, and the rest as it is."""
    lines = [line.strip() for line in own_words(text).splitlines() if line.strip()]
    if numbered := _numbered(lines):
        return numbered
    score: int | None = None
    wishes: list[str] = []
    rest: list[str] = []
    if lines and (found := _SCORE.match(lines[0])):
        score, lines[0] = _score(found["score"]), found["rest"]
    for line in lines:
        for part in _parts(line):
            if found := _MEET.match(part):
                wishes.append(found["whom"])
            else:
                rest.append(part)
    return Said(score, _words(rest), _wishes(wishes))


def wished(words: str) -> tuple[str, ...]:
    """What a field for it holds: one a line, with or without “Meet:”."""
    lines = (line.strip() for line in words.splitlines())
    return _wishes(found["whom"] if (found := _MEET.match(line)) else line for line in lines)


def _numbered(lines: list[str]) -> Said | None:
    """ "1. 4", "2. More time", "3. Somebody from …": answered under the numbers of the questions."""
    under: dict[int, list[str]] = {}
    for line in lines:
        if found := _NUMBERED.match(line):
            under.setdefault(int(found["number"]), []).append(found["said"])
        elif under:
            under[max(under)].append(line)
        else:
            return None
    scored = _SCORE.match(under[1][0]) if under.get(1) else None
    if len(under) < 2 or scored is None:
        return None
    rest = [scored["rest"], *under[1][1:], *under.get(2, ())]
    return Said(_score(scored["score"]), _words(rest), wished("\n".join(under.get(3, ()))))


def _parts(line: str) -> list[str]:
    """A line whole, or, where one of its sentences names whom they wanted to meet, its sentences."""
    sentences = _SENTENCE.split(line)
    return sentences if any(map(_MEET.match, sentences)) else [line]


def _words(lines: Iterable[str]) -> str:
    said = [each for each in lines if each]
    return "" if all(map(_NOTHING.fullmatch, said)) else "\n".join(said)[:LONGEST_WORDS]


def _score(said: str) -> int:
    return _SPELLED.get(said.casefold()) or int(said)


def _wishes(said: Iterable[str]) -> tuple[str, ...]:
    kept = (" ".join(each.split())[:LONGEST_WISH].strip(" .,;–—-") for each in said)
    return tuple(dict.fromkeys(each for each in kept if not _NOBODY.fullmatch(each)))[:MOST_WISHES]
