"""Tells the German that is spoken from the German that says where a company is."""

import re

LANGUAGES = frozenset(
    """english french german spanish italian portuguese dutch flemish polish turkish danish swedish norwegian finnish
    icelandic greek russian ukrainian czech slovak hungarian romanian bulgarian croatian serbian slovenian arabic hebrew
    persian farsi hindi urdu punjabi bengali gujarati tamil chinese mandarin cantonese japanese korean vietnamese thai
    indonesian malay welsh gaelic irish latvian lithuanian estonian maltese swahili somali latin catalan""".split()  # noqa: SIM905 - a list of words reads best as one
)
# Things that are called after a country and made anywhere.
_SO_CALLED = re.compile(
    r"\b(?:french (?:press|kiss|drain|window|gauge|polish)|german measles|chinese (?:hamster|herbal|medicine)|spanish flu|indian ink|"
    r"japanese encephalitis|turkish (?:bath|delight)|swiss (?:roll|albino|webster|army|cheese|lathe)|dutch oven|danish pastry|"
    r"brazil nuts?|guinea[- ]?pigs?|oxford nanopores?|syrian hamsters?|english ivy|russian doll|"
    r"liverpool care pathway|manchester triage|bristol stool|glasgow coma|edinburgh postnatal|cambridge structural|helsinki declaration|norwalk virus|oxford (?:hip|knee) score|boston (?:bowel|brace)|montreal cognitive|"
    r"(?:innovate|cancer research|diabetes|parkinson['’]?s|health data research|universities|research|dementia) uk|uk biobank|"
    r"(?:genomics|nhs|research|public health|health education|historic) england|(?:nhs|public health) (?:wales|scotland)|scottish enterprise)\b",
    re.IGNORECASE,
)
# Where something is to be sold says nothing of who helps with it.
_MARKET = re.compile(
    r"\b(?:export\w*|import\w*|sell(?:ing)?|enter(?:ing)?|launch(?:ing)?|expand(?:ing)?|expansion)\s+(?:\w+\s+){0,3}?(?:to|into|from)\s+(?:the\s+)?(?P<to>[A-Z][\w.]*(?:\s+[A-Z][\w.]*)?)"
    r"|(?P<of>\b[A-Z][\w.]+)\s+(?:market|customs|regulators?|reimbursement|approval|registration)\b"
)
_SPOKEN = re.compile(
    r"\b(?:translat\w*|interpret(?:er|ers|ing|ation)\b|languages?|speak(?:s|ing|er|ers)?|spoken|native|bilingual|multilingual|fluent\w*|locali[sz]\w*|subtit\w+|transcri(?:be|bing|ption of)|"
    r"proof-?read\w*|linguist\w*|dubbing|voice-?overs?|(?:written|writing|leaflets?|labels?|labelling|manuals?|ifus?|documents?|texts?|versions?|website|subtitles?|instructions?) in(?:to)?)\b",
    re.IGNORECASE,
)
_AFTER_IT = re.compile(
    r"[\s-]+(?:speak(?:ing|er|ers)|spoken|languages?|translat\w+|interpret\w+|text|version|subtitles?|lessons?|class(?:es)?|speech|nlp)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_LEADS_TO_TONGUE = frozenset({"in", "into", "to", "from", "and", "or", "of", "both", "for", "between", "native", "fluent", "speak", "speaks"})  # fmt: skip


def no_places_in(text: str) -> list[tuple[int, int]]:
    """Where words stand that would be read as a country and are a language, or part of a thing's name."""
    spans = [found.span() for found in _SO_CALLED.finditer(text)]
    spans += [found.span("to" if found["to"] else "of") for found in _MARKET.finditer(text)]
    tongues = [word for word in _WORD.finditer(text) if word[0].lower() in LANGUAGES]
    if not tongues:
        return spans
    spoken = _SPOKEN.search(text) is not None
    if not text[: tongues[0].start()].strip() and not text[tongues[-1].end() :].strip(" .?!,"):
        return [
            *spans,
            *(word.span() for word in tongues),
        ]  # "Turkish": nothing says that it is to be a country
    heard = (
        word for word in tongues if _AFTER_IT.match(text, word.end()) or (spoken and _is_tongue(text, word))
    )
    return [*spans, *(word.span() for word in heard)]


def _is_tongue(text: str, word: re.Match[str]) -> bool:
    """Where speech is the matter: "into German", "German and French", not "a German company"."""
    before = _WORD.findall(text[max(0, word.start() - 30) : word.start()])
    after = _WORD.match(text, word.end() + 1)
    led = bool(before) and (before[-1].lower() in _LEADS_TO_TONGUE or before[-1].lower() in LANGUAGES)
    ends = after is None or after[0].lower() in {"and", "or", "to", "into", "for", "in", "by", "please", "from", "at", "near", "with", "patients", "speakers", "customers", "readers", "users"}  # fmt: skip
    return ends or (led and after is not None and after[0].lower() in LANGUAGES)
