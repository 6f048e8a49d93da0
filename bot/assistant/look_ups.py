"""Hears that one organisation or person is asked about, and which name was said."""

import re
from dataclasses import dataclass

from store.search.words import FILLER_WORDS, STOP_WORDS, plain

LONGEST_NAME = 80

_ME = r"(?:me|us)"
_X = r"(?P<name>.{1,120}?)"
_TITLE = r"(?:(?i:dr|prof(?:essor)?|mr|mrs|ms|miss|sir|dame))\.?"
_OFFICE = (
    r"(?:(?:chief(?: \w+){1,2} officer|c[efotsim]o|cso|md|managing director|(?:co-?)?founder|owner|boss|chair(?:man|woman|person)?|(?:vice[- ])?president|principal|partner|dean|(?:general|plant|site|practice) manager|company secretary)"
    r"|(?:(?:head|director|vp|vice president|manager|leader|lead|professor) of(?: the)?(?: [\w&/-]+){1,4}?)|(?:[\w&/-]+ ){1,3}?(?:manager|director|lead|officer|scientist|buyer|engineer|executive))"
)
_SURE = (
    rf"(?:(?:the |a |an |any )?(?:contact|contacts|details|contact details|phone number|phone|telephone number|number|e-?mail(?: address)?|address|website|web ?site|profile|entry)) (?:for|of|at) {_X}",
    rf"(?:is|are) {_X} (?:a member|members|in (?:the|your|our) (?:network|directory|membership|database|cluster)|on (?:your|the) (?:list|books))(?: of (?:this|the|your) (?:network|cluster))?",
    rf"(?:do|have) (?:you|we) (?:have |got |know )*(?:anyone|anybody|someone|somebody|a contact|any contacts?|an e-?mail(?: address)?|details|a (?:phone )?number|contact details|an address|a website|a person|people) (?:at|for|from|of) {_X}",
    rf"who (?:do|should|can|could|would) (?:i|we) (?:talk|speak|write|reach out|turn|contact|ask)(?: to| for)? (?:at|from|in) {_X}(?: (?:about|regarding|concerning|on|re) .{{1,80}})?",
    rf"(?:(?:is there|are there|do you (?:know|have)|do we (?:know|have)|have you (?:heard of|got)|i am looking for|looking for|find) (?:of )?)?(?:an? |any |the )?(?:company|firm|organi[sz]ation|member|business|lab|start-?up|charity|supplier) (?:called|named|by the name of) {_X}",
    rf"who(?:'s| is| are) (?:our|the|your|my|a) (?:\w+ )?(?:contacts?|person|people) (?:at|for|from) {_X}",
    rf"(?:i|we) (?:need|want|would like|have|am trying|are trying|'d like) to (?:reach|contact|get hold of|get in touch with|speak to|speak with|talk to|write to) {_X}",
    rf"how (?:do|can|could) (?:i|we) (?:reach|contact|get hold of|get in touch with) {_X}",
    rf"(?:which|what) (?:company|organisation|organization|firm) (?:is|does) {_X} (?:from|at|with|in|work for|work at|working for|belong to)",
    rf"(?:who|where) does {_X} work(?: for| at| with)?|(?:who|where) is (?P<person>.{{1,80}}?) (?:working|employed)(?: for| at)?",
    rf"what (?:does|do) {_X} (?:do|make|offer|sell)|what(?:'s| is) (?P<company>.{{1,80}}?) (?:known for|about)|where(?:'s| is| are) (?P<based>.{{1,80}}?) (?:based|located)",
    rf"do (?:you|we) have {_X} (?:in|on|as) (?:the|your|our|a) (?:network|directory|list|books|member|database|membership)",
)  # fmt: skip
_AT_AN_OFFICE = re.compile(
    rf"(?:(?:who(?:'s| is| are)|name of|i need|we need|find|get me|a contact for|contact for|details of|details for|put me in touch with|introduce me to) )?(?:the |their |your |a |an )?{_OFFICE} (?:at|from|of|for|in) (?P<there>.{{1,80}}?)",
    re.IGNORECASE,
)
_MAYBE = (
    rf"(?:tell|show) {_ME} (?:more )?about {_X}|(?:more )?(?:information|info) (?:about|on) (?P<info>.{{1,120}}?)",
    rf"(?:(?:can|could|would|will) (?:you|someone|anyone) )?(?:please )?(?:introduce {_ME} to|connect {_ME} (?:to|with)|put {_ME} in touch with) {_X}",
    rf"(?:i|we)(?:'d| would)? (?:like|love|want|need) (?:to meet|an introduction to|an intro to) {_X}",
    rf"{_X}(?:'s|s')? (?:website|web site|contact details|contacts?|phone number|telephone number|e-?mail(?: address)?|address|profile|entry)",
    rf"(?:who|what)(?:'s| is| are) {_X}|who runs (?P<run>.{{1,80}}?)|who (?:works (?:at|for)|owns) (?P<works>.{{1,80}}?)|who(?:'s| is) at (?P<at>.{{1,80}}?)",
    rf"(?:do (?:you|we) know|have you heard of|look up|find|search for|about|what about|how about) {_X}|anyone (?:at|from) (?P<any>.{{1,80}}?)|anyone know (?P<known>.{{1,80}}?)",
)  # fmt: skip
_WITH_TITLE = re.compile(rf"{_TITLE} (?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’.-]+){{0,3}})")
_SURE_FORMS = tuple(re.compile(form, re.IGNORECASE) for form in _SURE)
_MAYBE_FORMS = tuple(re.compile(form, re.IGNORECASE) for form in _MAYBE)
_BEFORE = re.compile(
    r"^(?:(?:hi|hello|hey|please|can i (?:have|get)|could i (?:have|get)|may i have|can you give me|could you give me|give me|send me|i need|we need|do you have|have you got|what is|what's|and|so|ok|quick one|looking for|need)[\s,:-]+)+",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?:[\s,]+(?:please|pls|thanks|thank you|cheers))+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LookUp:
    """`sure`: the phrase is only used of a named one; else "tell me about gene therapy" is possible."""

    name: str
    sure: bool


def look_up_in(text: str) -> LookUp | None:
    said = _AFTER.sub("", " ".join(text.split())[:300].strip(" ?!.,;:\"'“”"))
    if titled := _WITH_TITLE.fullmatch(said):
        return LookUp(titled["name"], sure=True)
    if (office := _AT_AN_OFFICE.fullmatch(said)) and (name := _name(office)):
        return LookUp(name, sure=False)
    for form in dict.fromkeys((said, _BEFORE.sub("", said))):
        for sure, patterns in ((True, _SURE_FORMS), (False, _MAYBE_FORMS)):
            for pattern in patterns:
                if (found := pattern.fullmatch(form)) and (name := _name(found)):
                    return LookUp(name, sure)
    return None


def _name(found: re.Match[str]) -> str:
    said = next((group for group in found.groups() if group), "").strip(" ?!.,;:\"'“”")
    first = plain(said).split(" ")[0]
    if first != "the" and (first in STOP_WORDS or (first in FILLER_WORDS and first.endswith("ing"))):
        return ""
    return said if len(said) <= LONGEST_NAME else ""
