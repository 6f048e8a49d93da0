"""Hears what is asked or done about awards: who won, who is shortlisted, a nomination, a judge's score."""

import re
from dataclasses import dataclass

from bot.assistant.awards.nominate_asks import nominates, withdrawal_in
from bot.assistant.chit_chat import small_talk
from bot.assistant.intents import AwardsActed, AwardsAsked, AwardsDeed, AwardsTopic
from bot.assistant.lead_ins import uncourteous
from bot.assistant.mail_ask import SENTENCE, looks_like_mail, own_words
from store.kinds import Medium

LONGEST = 8000  # characters that are read
LONGEST_ASK = 200  # of a question
PLAINLY = 40  # characters before the verb of a nomination that surely is one

_ANY = re.compile(r"nominat|put(?:ting)? forward|\bw[io]ns?\b|winner|shortlist|finalist|award|judg|\bscore", re.IGNORECASE)  # fmt: skip
_FOR = r"(?: (?:of|for|in|at|from) (?:the |our |your |this year's |last year's )?(?P<what>.+?))?"
_FINALISTS = _FOR.replace("<what>", "<also>")
_WINNERS = re.compile(
    rf"(?:(?:do you know |tell me |can you tell me )?(?:who|which (?:company|companies|organisations?|organizations?|firms?))(?:'s|'ve| has| have)?(?: just| actually)? (?:won|wins|win|got|took)(?: the| our| this year's| last year's)? (?P<won>.+?)|"
    rf"(?:who (?:are|were|is|was)(?: the| our| this year's| last year's)? |(?:what|which) (?:are|were|is|was) (?:the )?|show (?:me )?(?:the )?|(?:tell me )?the |list (?:of )?(?:the )?)?(?:last |latest |recent )?(?:(?P<before>[\w' -]{{1,60}}?) )?(?:winners?|winning (?:company|companies|entries)|awards? results)(?: list)?{_FOR})"
)
_SHORTLIST = re.compile(
    rf"(?:who(?:'s| is| are| was| were| has been| have been)?(?: on)?(?: the)? (?:shortlist(?:ed)?|finalists?){_FOR}|(?:what(?:'s| is| are)? |show (?:me )?)?(?:the |our )?(?:(?:awards? )?shortlists?|(?:awards? )?finalists?){_FINALISTS})"
)
_CATEGORIES = re.compile(
    r"(?:(?:what|which|show me|list|tell me)(?: are| is)? )?(?:the |your |our |all )*(?:award|awards|nomination)s?(?: dinner)? categor(?:y|ies)(?: (?:are|is) there)?|"
    r"(?:what|which)(?: award| awards)? categor(?:y|ies) (?:are|is) there(?: for the awards?.{0,20})?|"
    r"(?:how|where|when|who|whom|what) (?:can|do|may|could|should|must) (?:i|we|one|you) (?:nominate|put forward)\b.{0,80}|(?:how|where) to nominate\b.{0,60}|can i (?:still )?nominate\b.{0,60}|"
    r"(?:when|until when|how long)(?: do| are| can| does| will)? (?:the )?(?:award )?nominations? ?(?:close|open|end|start|opening|closing|due|window)?.{0,40}|"
    r"(?:are )?(?:the )?(?:awards? )?nominations?(?: (?:still )?open| closed| window| deadline| closing date)?"
)
_OWN = re.compile(
    r"(?:(?:show|list|see)(?: me)? )?(?:my|our)(?: own)? nominations?(?: so far)?|(?:who|whom|what) (?:have|did|do) (?:i|we) (?:already )?nominated?(?: so far| for .{1,60})?"
)
_JUDGING = re.compile(
    r"(?:(?:my|the|our|start|show(?: me)?(?: the| my)?|open) )?(?:judging|judge|jury)(?: (?:sheet|list|form|entries))?|(?:show (?:me )?)?(?:the |my )?entries to (?:judge|score)|what (?:do|must|should) (?:i|we) (?:have to |need to |still )*(?:judge|score)|(?:show (?:me )?)?my scores"
)
_SCORE = re.compile(
    r"^\W*(?:please )?(?:i )?(?:score|give)(?: entry| number| no\.?)? ?#?(?P<entry>\d{1,9})\s*(?:[:,=–-]|with|gets|at|as)?\s*(?P<points>\d{1,3})\b(?:\s?(?:/|of|out of) ?5\b)?[\s:;,.–—-]*(?P<note>.*)",
    re.IGNORECASE | re.DOTALL,
)
_YEAR = re.compile(r"(?:\b(?:in|for|of|from|the)\s+)*\b(20\d\d)\b")
_AWARDS = re.compile(
    r"(?:the|our|your|this year's|last year's|year's|an?|any)?(?: |^)*(?:\w+ )?(?:awards?|prizes?)(?: dinner| evening| night| ceremony)?|it|them|everything|what|last (?:time|year)|this year",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heard:
    """Where it is not `sure`, what is asked may have nothing to do with awards."""

    intent: AwardsAsked | AwardsActed
    sure: bool


def about_awards(text: str, medium: Medium) -> Heard | None:
    """None for nearly everything that is asked."""
    said = text[:LONGEST]
    if not _ANY.search(said):
        return None
    own = own_words(said) if medium is Medium.EMAIL or looks_like_mail(said) else said.strip()
    return _acted(own) or _asked(own)


def score_in(text: str) -> tuple[int, int, str] | None:
    """Entry, points and note."""
    found = _SCORE.match(text[:LONGEST])
    return None if found is None else (int(found["entry"]), int(found["points"]), found["note"].strip())


def _acted(own: str) -> Heard | None:
    plain = _plain(own)
    if withdrawal_in(own) is not None:
        return Heard(AwardsActed(AwardsDeed.WITHDRAW, own), sure=True)
    if _OWN.fullmatch(plain):
        return Heard(AwardsActed(AwardsDeed.OWN, own), sure=True)
    if _JUDGING.fullmatch(plain):
        return Heard(AwardsActed(AwardsDeed.JUDGING, own), sure=True)
    if own[:40].lstrip().lower().startswith(("score", "please score")) and score_in(own):
        return Heard(AwardsActed(AwardsDeed.SCORE, own), sure=True)
    if not nominates(own):
        return None
    start = re.search(r"nominat|put", own, re.IGNORECASE)
    plainly = start is not None and start.start() <= PLAINLY and "?" not in own
    return Heard(AwardsActed(AwardsDeed.NOMINATE, own), sure=plainly)


def _asked(own: str) -> Heard | None:
    """One question, whatever is said around it; of several none, since the others would get no answer."""
    sentences = [each for line in own.splitlines() for each in SENTENCE.split(line) if each.strip()]
    heard = [found for each in sentences[:12] if (found := _topic(_plain(each)))]
    others = [each for each in sentences[:12] if "?" in each and not small_talk(each)]
    return heard[0] if len(heard) == 1 and len(others) <= 1 and (others or len(sentences) <= 3) else None


def _topic(plain: str) -> Heard | None:
    if not plain or len(plain) > LONGEST_ASK:
        return None
    if _CATEGORIES.fullmatch(plain):
        return Heard(AwardsAsked(AwardsTopic.CATEGORIES), sure=True)
    for topic, pattern in ((AwardsTopic.SHORTLIST, _SHORTLIST), (AwardsTopic.WINNERS, _WINNERS)):
        if found := pattern.fullmatch(plain):
            said = next((each for each in found.groupdict().values() if each), "")
            return _about(topic, said, plain)
    return None


def _about(topic: AwardsTopic, said: str, plain: str) -> Heard:
    year = _YEAR.search(plain)
    category = _YEAR.sub("", said).strip(" ,'")
    if _AWARDS.fullmatch(category) or not category:
        return Heard(AwardsAsked(topic, "", int(year[1]) if year else None), sure=True)
    return Heard(AwardsAsked(topic, category, int(year[1]) if year else None), sure=False)


def _plain(said: str) -> str:
    """Lower case, one line, without courtesies and punctuation; a hyphen and an apostrophe stay."""
    words = re.sub(r"[^\w\s'-]+", " ", uncourteous(said[:1000]).lower().replace("’", "'"))
    return " ".join(words.split())
