"""Hears in a mail that somebody has a further address: "this is my address, too: I am ada@firm.example".

Only where the mail says nothing else: what also asks something is an ask.
"""

import re

from bot.assistant.mail_ask import own_words
from store.importing.refusal import Unreadable
from store.importing.values import addresses_of

LONGEST = 600  # characters of such a mail
A_NAME = 4  # words that a line beside it may have: who writes, from where
_ADDRESS = re.compile(r"(?:mailto:)?[^\s<>()\[\],;:\"“”']+@[^\s<>()\[\],;:\"“”'?!]+", re.IGNORECASE)
_IN_BRACKETS = re.compile(rf"<?(?:{_ADDRESS.pattern})>?", re.IGNORECASE)
_PLACE = "ADDRESS"
_BREAK = re.compile(r"[.,;:!\n()<>\"“”]+|\s[-–—]+\s")
_KIND = r"(?:other |second |further |additional |new |old |former |previous |first |main |usual |normal |work |office |business |home |private |personal |university |google |gmail )*"
_A_MAILBOX = r"(?:addresses|address|e-?mail addresses|e-?mail address|e-?mails?|mailbox|account|one)"
_MINE = rf"(?:my|mine|me|our|one of mine|(?:another|one|an)(?: of my| of mine)?) ?{_KIND}{_A_MAILBOX}?"
_POLITE = re.compile(
    r"(?:(?:please|pls|hi|hello|hey|hi there|thanks|thank you|many thanks|cheers|could you|can you|would you|will you|and|also|i'd like to|i would like to|i want to|so)\s+)+|\s+(?:please|pls|thanks|thank you|too|as well|also)$",
)
_SAYS = re.compile(
    rf"(?:link|connect|join|add|register|attach|merge|accept|know|recognise|recognize|combine)(?: me| us)?(?: {_MINE})?(?: (?:this|it)(?: {_A_MAILBOX})?)?(?: (?:to|with|and|as|at|under|from|for))? ?(?:{_MINE} )?(?:to )?{_PLACE}(?: (?:to|with|and|as|for|at) (?:{_MINE}|this(?: {_A_MAILBOX})?|me|my (?:account|entry|profile|name)))?"
    rf"|(?:i am|i'm|im|it is|it's|its|this is|that is|that's) (?:also |really |actually |the same (?:person )?as |the owner of )*(?:{_MINE} )?{_PLACE}"
    rf"|(?:my|the) {_KIND}{_A_MAILBOX} (?:is|was|are) (?:also )?{_PLACE}"
    rf"|{_PLACE} (?:is|are|and this (?:one )?are) (?:also |both )*{_MINE}"
    rf"|(?:you|the directory|the team) (?:also |may |might |will |should )*(?:know|knows|have|has|list|lists)(?: got)? (?:me|us) (?:as|under|at|by|with) {_PLACE}"
    rf"|i (?:also |usually |normally |mostly |sometimes |now )*(?:write|mail|have|use|am)(?: to you)?(?: also| usually| normally)? ?(?:from|as|at|with|under)? ?(?:the {_A_MAILBOX} )?{_PLACE}"
)
_ADDS_NOTHING = re.compile(
    rf"(?:this|that|it)(?:'s| is| was)? (?:also )?{_MINE}(?: as well)?"
    rf"|(?:both|they|these|the two)(?: addresses)? are (?:mine|me|my addresses|the same person)"
    rf"|(?:i have|there is) (?:also )?(?:an?|another) {_KIND}{_A_MAILBOX}"
    rf"|(?:this|that|it)(?:'s| is| was)? (?:also )?(?:me|mine)|same person|thanks|thank you|many thanks|please|hi|hello|hey|and|too|as well|also|cheers|regards|best|best wishes|kind regards"
)


def further_address(text: str, *, sender: str) -> str:
    """The one address that a mail calls its writer's, besides the one it came from; "" where it says anything else."""
    if "@" not in text or len(text) > LONGEST:
        return ""
    said = own_words(text)
    named = {each for found in _ADDRESS.findall(said) if (each := _bare(found)) not in {"", sender}}
    if len(named) != 1 or "?" in said:
        return ""
    parts = [part.strip() for part in _BREAK.split(_IN_BRACKETS.sub(f" {_PLACE} ", said)) if part.strip()]
    heard = [_heard(part) for part in parts]
    bare = any(_plain(part) == _PLACE for part in parts) and "beside" in heard
    if "says" not in heard and not bare:
        return ""
    ends_at = max(number for number, each in enumerate(heard) if each)
    rest = [
        part
        for number, part in enumerate(parts)
        if not heard[number]
        and not (bare and _plain(part) == _PLACE)
        and not (number > ends_at and _is_name(part))
    ]
    return "" if rest else named.pop()


def _heard(part: str) -> str:
    """Whether a part "says" which address is theirs, or goes "beside" that."""
    said = _plain(part)
    if _SAYS.fullmatch(said):
        return "says"
    return "beside" if _ADDS_NOTHING.fullmatch(said) else ""


def _bare(found: str) -> str:
    try:
        (address,) = addresses_of(found.rstrip(".,"))
    except (Unreadable, ValueError):
        return ""
    return address


def _plain(part: str) -> str:
    """Small, but for the address' place, and without politeness."""
    words = " ".join(part.replace("’", "'").split())
    said = " ".join(word if word == _PLACE else word.lower() for word in words.split())
    while (without := _POLITE.sub("", said)) != said and without:
        said = without
    return said.strip()


def _is_name(part: str) -> bool:
    """Who signs: a few words, each with a capital."""
    words = part.split()
    return len(words) <= A_NAME and all(word[:1].isupper() and word.isalpha() for word in words)
