"""Cuts an ask down to what is sought, in the asker's own words."""

import re
from collections.abc import Sequence

from store.search.words import FILLER_WORDS, STOP_WORDS, plain

MOST_TOPIC = 300  # characters

_WORD = re.compile(r"[^\W_]+(?:['’.&+/-][^\W_]+)*[+]*")
_LEADING = frozenset(
    """else list name names interested companies hi dear matter love introduction meet visit invite touch choosing evaluating
    source talk speak people quick question wondering hoping trying searching search urgently also ideally uk-based keen
    everyone everybody whoever pls plz u asap urgent knows understands owns require requires buy rent hire lease fancy require
    applying nobody outsource understand understanding buying isnt arent whats whos wheres spare go-to hows ask asks""".split()  # noqa: SIM905 - a list of words reads best as one
)
# Words that lead up to a topic, and begin one when its next word stands right behind: "project management".
_KEPT_FIRST = frozenset(
    """process project product technical technology service field group expert network platform operations programme program
    application applications early track space activity active capacity sector industry stage party supply support contact
    sound kit local regional party point source search people touch talk team partner""".split()  # noqa: SIM905 - as above
)
# … of these, what begins a topic only as a part of these.
_COMPOUNDS = re.compile(
    r"(?:contact lens|supply chain|support (?:vector|group)|sound (?:therap|wave|proof)|local an|regional an|party wall|point[ -]of[ -]care|source code|search engine|"
    r"people (?:management|development)|touch ?screen|talk(?:ing)? therap|team building|partner(?:ship)? (?:management|notification)|group (?:b|a|therap|purchas|train))",
    re.IGNORECASE,
)
# Terms whose first word is a small one.
_TERMS = re.compile(
    r"(?:in (?:silico|vivo|vitro|situ|utero|ovo|cellulo)|near[- ]infrared|next[- ](?:day|gen(?:eration)?)|(?:over|under) \d+s|over[- ]the[- ]counter|up[- ]to[- ]date|a?round[- ]the[- ]clock|out[- ]of[- ]hours|"
    r"never[- ]frozen|no[- ]win|all[- ]in[- ]one|off[- ](?:the[- ])?(?:shelf|label)|on[- ]demand|one[- ](?:stop|step|pot|off)|once[- ](?:daily|weekly)|same[- ]day|first[- ]in|both(?= [^,;]{1,80} (?:and|&) ))\b",
    re.IGNORECASE,
)
_ONLY_IN_COMPOUNDS = frozenset(
    """contact supply support sound local regional party point source search people touch talk team partner group""".split()  # noqa: SIM905 - as above
)
_PHRASES = re.compile(
    r"[\s,;:.!?()\"'–—-]*(?:"
    r"who(?:['’]?s| is| are)? (?:your |our |the |my )?(?:go-?to|best|big|strong|good|great|hot|active|leading|known|well known|strongest|any good|who)\b(?: (?:person|people|company|firm|contact|lab))?(?: (?:in|at|on|for|with|when it comes to))?(?= )|"
    r"(?:what|who|where|how|there|that|it|here)['’]?s\b|"
    r"(?:the |some |any )?(?:main |big |market |world |key )?(?:leaders?|names|specialists?|experts?|leading lights|heavyweights|champions|authorities|authority|enthusiasts?|talent|know-?how|excellence|strengths?|competenc[ey]|pointers?|leads|ideas|suggestions|recommendations|tips|thoughts|advice|advances|news) (?:in|at|on|for|with|about|of|from|to)\b|"
    r"(?:(?:please )?(?:can|could|would) (?:you|anyone|someone) )?(?:point|direct|steer|refer|send|guide|show) (?:me|us) (?:to|towards|at|in the direction of)\b|"
    r"(?:please )?(?:name|list|give me|give us|show me|show us|tell me|find me|find us|suggest|recommend|what are|who are|the|send me)?\s*(?:the )?(?:top|best)? ?(?:\b(?:2|3|4|5|6|7|8|9|10|20|two|three|four|five|six|ten|twenty|a few|a couple of|a handful of|several|half a dozen)) (?:best |good |top |main |leading )?(?=(?:\w+[ -]){0,4}(?:compan|firm|organi[sz]ation|supplier|provider|maker|cros?\b|labs?\b|member|manufacturer|expert|specialist|people|name|contact|start))|"
    r"(?:a |the |our |your )?(?:best|top|cheapest|fastest|nearest|closest|most (?:experienced|reliable|trusted|suitable|affordable)|most|least expensive|leading|number one|premier|foremost|reputable)(?= )(?! (?:practice|interests?|value)\b)|"
    r"(?:the |a |some |any )?(?:world|scene|landscape|market|business|field|area|space|sphere|realm|topic|subject|question|issue|problem) of\b|"
    r"(?:is|are) (?:capable of|able to|up to|in the business of|available for|open to|willing to|in a position to|qualified to|certified to|accredited to|licensed to)\b|(?:capable of|willing to|happy to|equipped to|set up to|in the business of|in the market for|in search of|in need of|on the lookout for)\b|"
    r"(?:in|with) the (?:field|area|world|business|space|domain|sphere) of\b|when it comes to\b|"
    r"(?:in|on|from) (?:the|our|your) (?:directory|network|membership|database|cluster|books|list) (?:for|on|in|about|doing|with|under)\b|(?:the )?(?:right|best|relevant|appropriate|correct) (?:person|people|contact|one|team|place) (?:for|on|with|about|to (?:ask|talk to|speak to|contact|see) (?:about|on|for))\b|"
    r"(?:regarding|concerning|about|as regards|in relation to|with regards? to)\b|"
    r"(?:(?:thinking (?:about|of)|considering|planning (?:on|to)|in the process of) )?(?:changing|replacing|replace|switching) (?:our|my|the)(?: current| existing| old)?\b|(?:thinking (?:about|of)|considering)\b|"
    r"(?:currently |already |normally |usually )?(?:use|using|used) (?-i:[A-Z]\w+) for\b|(?:the )?(?:new|newest|latest|recent) (?:members?|joiners|arrivals|companies|firms)(?: in| for| doing)?\b|"
    r"(?:stuck|struggling|battling|wrestling) (?:on|with)\b|(?:having |got |have |had )?(?:an? |some |big )?(?:trouble|problems?|issues?|difficult(?:y|ies)) (?:with|getting)\b|"
    r"(?:hear|heard) of\b|(?:used|tried|dealt with|worked with) an?\b|(?:somewhere|some place|a place|place) (?:to|that|which|where|for)\b(?: (?:i|we) can)?|would be (?:able|good)(?: to| for)?\b|up to speed (?:on|with)\b|clued up (?:on|about)\b|"
    r"(?:any |some |got )?(?:experience|expertise|capabilit(?:y|ies)|knowledge|skills?|background|track record|interest|understanding) (?:in|of|with|on|for|doing)\b|(?:into|experienced in|skilled (?:in|at)|good (?:at|with|in)|knowledgeable (?:about|in)|familiar with|trained in|versed in|proficient in|interested in|working (?:on|in|with|at)|active in|involved (?:in|with)|engaged in)\b|"
    r"(?:to |who |that |which |would |might |could |can |does |will )*(?:be |have been |been )?(?:able to |capable of |willing to )(?=\w)|"
    r"(?:combining|combines|combine)\b|(?:rents?|renting|hires?|hiring|lends?|lends|leases?|leasing|lets?|letting) out\b|"
    r"(?:happening|going on|available|out there|there)(?: is| are)? (?:in|on|for|with|around)\b"
    r")",
    re.IGNORECASE,
)
_TRAILING = frozenset({"scene", "landscape", "please", "pls", "plz", "thx", "asap", "urgently"})
_KEPT_LAST = frozenset(
    {
        "programme",
        "programmes",
        "program",
        "programs",
        "platform",
        "platforms",
        "operations",
        "capacity",
        "activity",
        "move",
        "moves",
        "space",
        "organisation",
        "organisations",
        "organization",
        "organizations",
        "manufacturing",
        "manufacture",
        "supply",
        "support",
        "services",
        "service",
        "products",
        "solutions",
        "development",
        "developing",
        "research",
        "networks",
        "network",
        "contract",
    }
)
# What stood before a size or a kind that has been read: "…, preferably an SME, …".
_DANGLING = re.compile(
    r"[\s,]*\b(?:(?:preferably|ideally|must be|should be|needs to be|has to be|that is|which is|who is|that are|who are|being|from|and|or|but)\b\s*){1,3}(?:an?\b|the\b|by\b|from\b)?\s*(?=[,;.)]|$)",
    re.IGNORECASE,
)
_IN_THE_FIELD = re.compile(
    r"\bin the ([^\s,]{2,30}(?: [^\s,]{2,30}){0,3}) (?:space|sector|field|arena|scene|industry|market|area|world|sphere|landscape)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:who|which|what|where|any|anyone|anybody|someone|somebody|looking|need|needs|companies|company|firms?|members?|suppliers?|providers?|developers?|manufacturers?|makers?|people|experts?|specialists?|services|we|i|you|for|near|doing|makes?|does)\b",
    re.IGNORECASE,
)


def topic_of(text: str) -> str:
    """The ask without the words that lead up to what is sought and those that trail behind it."""
    text = _DANGLING.sub("", text)
    text = _IN_THE_FIELD.sub(r"in \1", text)
    words = list(_WORD.finditer(text))
    first, last = _first(text, words), len(words)
    while last > first and _trails(words, first, last):
        last -= 1
    if first == last:  # nothing but filler: better some of it than nothing
        kept = [word[0] for word in words if _bare(word[0]) not in _SAYS_LITTLE]
        return " ".join(kept)[:MOST_TOPIC]
    piece = text[words[first].start() : _closed(text, words[last - 1].end())]
    return " ".join(piece.split())[:MOST_TOPIC].strip()


def _first(text: str, words: Sequence[re.Match[str]]) -> int:
    """The word that the topic begins with."""
    at = 0
    while at < len(words):
        start = words[at].start()
        if (led := _PHRASES.match(text, start)) and led.end() > start:
            behind = next((n for n in range(at, len(words)) if words[n].start() >= led.end()), len(words))
            if behind == len(words):
                return at
            at = behind
        elif _leads(text, words, at):
            at += 1
        else:
            break
    return at


def _closed(text: str, end: int) -> int:
    """With the bracket that the last word opened: "510(k)"."""
    return (
        end + 1 if text[end : end + 1] == ")" and "(" in text[max(0, end - 12) : end].split(" ")[-1] else end
    )


_SAYS_NOBODY = frozenset(
    {
        "company",
        "companies",
        "firm",
        "firms",
        "member",
        "members",
        "people",
        "organisation",
        "organisations",
        "organization",
        "organizations",
        "business",
        "businesses",
        "person",
        "folk",
        "folks",
        "group",
        "groups",
        "contact",
        "contacts",
        "active",
        "local",
        "region",
        "area",
        "network",
        "work",
        "works",
        "working",
        "world",
        "team",
        "good",
        "great",
        "involved",
        "recommend",
        "recommendations",
        "suggest",
        "handle",
        "type",
        "types",
        "ones",
        "everyone",
        "everybody",
    }
)


_SAYS_LITTLE = STOP_WORDS | _SAYS_NOBODY | _LEADING


def is_plain_name(text: str) -> bool:
    """Whether nothing in a few words says that something is asked for."""
    return not _ASKING.search(text) and "?" not in text.rstrip("?! ")


def _leads(text: str, words: Sequence[re.Match[str]], at: int) -> bool:
    low = _bare(words[at][0])
    if _TERMS.match(text, words[at].start()) or (words[at][0] == "IT" and not text.isupper()):
        return False
    if low not in STOP_WORDS and low not in FILLER_WORDS and low not in _LEADING:
        return False
    if low not in _KEPT_FIRST or at + 1 == len(words):
        return True
    if low in _ONLY_IN_COMPOUNDS:
        return not _COMPOUNDS.match(text, words[at].start())
    following = _bare(words[at + 1][0])
    together = text[words[at].end() : words[at + 1].start()] in {" ", "-"}
    return not together or following in STOP_WORDS or following in FILLER_WORDS or following in _SAYS_NOBODY


def _trails(words: Sequence[re.Match[str]], first: int, last: int) -> bool:
    low = _bare(words[last - 1][0])
    if low in _TRAILING:
        return last - first > 1
    if (low not in STOP_WORDS and low not in FILLER_WORDS) or low in _KEPT_LAST:
        return False
    return not (last - first == 2 and _bare(words[first][0]) == "contract")  # what the contract is for


def _bare(word: str) -> str:
    return plain(word).replace("'", "").replace("’", "")
