"""What a refusal means for the address: gone for good, or no more than this mail, this time (RFC 3463 and plain words).

Words weigh more than codes: hosts say 5.7.1 of mailboxes that do not exist, and 5.1.1 of senders they do not like.
"""

import re

from store.kinds import BounceKind

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]|\d)")
_REPLY = re.compile(r"(?<![\d.])([45])\d\d(?=[ \-:,;]|$)(?!\s*[)\]])")

_FULL = re.compile(
    r"""(?:mail\s*box|inbox|account|quota|store|user|disk|storage|message)\b.{0,40}\b(?:is\s+|was\s+|are\s+)?(?:almost\s+|too\s+)?(?:full\b|over\s*quota|exceed|over\s+(?:the\s+)?(?:its\s+)?(?:storage|limit|quota))
      | over\s*-?quota | quota\s+(?:exceeded|full|violation) | exceed\w{0,12}\s+.{0,40}(?:quota|storage|allocation|limit)
      | mailbox\s+size\s+limit | (?:not\s+enough|insufficient|out\s+of)\s+(?:\w{1,30}\s{1,9})?(?:storage|space) | mailfolder\s+is\s+full
      | \bfull\s+mailbox | postfach\s.{0,20}voll | bo[îi]te\s.{0,30}pleine | buz[óo]n\s.{0,20}lleno | casella\s.{0,20}piena
      | 容量 | переполнен""",
    re.IGNORECASE | re.VERBOSE,
)
_GONE = re.compile(
    r"""\b(?:unknown|no\s+such|invalid|non-?exist[ae]nt|unrouteable|undefined|bad|illegal|unrecogni[sz]ed)\s+(?:\w{1,30}\s{1,9}){0,3}?(?:users?|recipients?|mail\s*box|address|account|local\s*-?part|destination|alias|person|e-?mail|virtual|user-?id|userid|delivery\s+userid)\b | \bno\s+valid\s+recipients?\b
      | \b(?:user|recipient|mail\s*box|address|account|alias|person|addressee|customer|subscriber)\b.{0,80}?\b(?:unknown|(?:does\s?n[o'’]t|do\s+not|not|cannot\s+be|could\s+not\s+be|didn't)\s+(?:\w{1,30}\s{1,9}){0,2}(?:exist\w{0,12}|found|known|listed|valid|recogni[sz]ed|have\s+an?\s+(?:\S+\s+)?(?:account|mail\s*box))|is\s+invalid|no\s+longer\s+(?:\w{1,30}\s{1,9}){0,2}(?:valid|exist\w{0,12}|here|available|used|in\s+use)|is\s+not\s+(?:a\s+)?(?:\w{1,30}\s{1,9}){0,2}(?:valid|known|user)|has\s+(?:moved|been\s+(?:deleted|removed))|rejected:\s*(?:user|undeliverable))\b
      | \b(?:there\s+is\s+)?no\s+(?:one|such|mail\s*box|account|user|person|recipient)\b.{0,20}?\b(?:here|by\s+that|name|user|person|at\s+this|with\s+that|address|mailbox)\b
      | \buserunknown\b | \bdoes\s?n[o'’]t\s+have\s+an?\s+\S+\s+account | \bnot\s+(?:listed|found)\s+in\s+(?:the\s+)?(?:\w{1,30}\s{1,9}){0,3}(?:directory|book|table|list)
      | \brecipientnotfound\b | \bnot\s+our\s+customer\b | \bno\s+mailbox\s+here\b | \bmail\s*box\s+(?:unavailable\s+or\s+)?not\s+(?:available|found)
      | \bunknown\s+or\s+illegal\s+alias\b | \baddress\s+(?:is\s+)?(?:unknown|rejected:\s*user) | \bunable\s+to\s+find\s+(?:the\s+)?(?:\w{1,30}\s{1,9})?recipient | \bdelivery\s+to\s+non-?local
      | \b(?:the\s+)?(?:e-?mail\s+)?account\s+that\s+you\s+tried\s+to\s+reach\s+does\s+not\s+exist | \bcould\s?n[o'’]t\s+be\s+found\b | \bwasn['’]t\s+found\b
      | 宛先不明 | リストにありません | пользовател[ья]\s+не\s+(?:найден|существует) | empf[äa]nger\s.{0,30}(?:unbekannt|nicht\s+gefunden|existiert\s+nicht)
      | destinataire\s.{0,30}(?:inconnu|introuvable) | adresse\s.{0,30}(?:inconnue|inexistante|n'existe) | destinatario\s.{0,30}(?:desconocido|sconosciuto)""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_HOST = re.compile(
    r"""\b(?:host|domain|domain\s+name|recipient\s+domain)\b.{0,40}?\b(?:unknown|not\s+found|(?:does\s?n[o'’]t|not)\s+exist|could\s+not\s+be\s+found|lookup\s+fail\w{0,12}:?\s*nxdomain)
      | \b(?:unknown|no\s+such|illegal|invalid|non-?existent|unrouteable)\s+(?:mail\s+)?(?:host|domain)\b | \bnxdomain\b | \bnull\s*-?mx\b | \bdoes\s+not\s+accept\s+mail\b
      | \bname\s+(?:service\s+error|or\s+service\s+not\s+known) | \bno\s+mx\b | \bunrouteable\s+(?:mail\s+)?domain | \billegal\s+host | \bcould\s?n[o'’]?t\s+find\s+(?:any\s+host\s+(?:named|by)|a\s+mail\s+exchanger) | \bdomain\s.{0,60}(?:is\s+not\s+reachable|doesn['’]t\s+receive\s+email)
      | \bdns\s+(?:error|server\s+returned).{0,120}(?:domain\s+name\s+not\s+found|no\s+data|nxdomain) | \brecipient\s+.{0,30}domain\s+not\s+found""",
    re.IGNORECASE | re.VERBOSE,
)
_OURS = re.compile(
    r"""\bspam\w{0,12}\b | \bunsolicited\b | \bblock(?:ed|\s*-?list|ing)\b | \bblack\s*-?list | \bdns[bw]?l\b | \brbl\b | \breputation\b | \bpolic(?:y|ies)\b | \bbanned\b | \bdenied\b
      | \bvirus\w{0,12}\b | \bmalware\b | \bdmarc\b | \bdkim\b | \bspf\b | \bunauthenticated\b | \bauthenticat\w{0,12} | \bnot\s+(?:authori[sz]ed|allowed|permitted)\b | \brelay(?:ing)?\b | \breverse\s+dns\b | \bptr\b | \breverse\s+(?:lookup|host)
      | \btoo\s+(?:large|big|many|fast)\b | \bsize\s+(?:limit|exceed\w{0,12})|\bexceeds\s+.{0,40}size | \brate\s*-?limit\w{0,12} | \bmaximum\s+.{0,20}size | \bcontent\s+(?:filter|reject)\w{0,12} | \bfilter\w{0,12}\b | \bmessage\s+(?:content|body)\s+rejected | \brfc\s*-?\d*\s*-?complian\w{0,12}
      | \brejected\s+for\s+policy | \bservice\s+(?:currently\s+)?(?:unavailable|not\s+available)\b | \bsender\s+(?:address\s+)?(?:is\s+)?(?:rejected|denied|verify|domain|unknown|not|blocked) | \bbad\s+sender | \bclient\s+host\b | \bip\s+(?:name|address|lookup) | \bcannot\s+find\s+your\s+(?:reverse\s+)?hostname | \bhelo\b | \bforbidden\b | \bmismatch\w{0,12}\b | \bsending\s+this\s+message\s+does\s+not""",
    re.IGNORECASE | re.VERBOSE,
)
_UNCLEAR = re.compile(
    r"\bname\s+server\b.{0,40}\b(?:malformed|unexpected)|\b(?:malformed|unexpected)\b.{0,40}\bname\s+server|\bhost\s+not\s+found,\s+try\s+again",
    re.IGNORECASE,
)
_OF_THE_SENDER = re.compile(
    r"\bsender(?:'s)?\s+(?:address|domain|verif|host|e-?mail)|\bdomain\s+of\s+(?:the\s+)?sender|\bmail\s+from\b.{0,80}\b(?:domain|rejected|denied)",
    re.IGNORECASE,
)
_RESTING = re.compile(
    r"""\b(?:account|mail\s*box|user|recipient|domain|e-?mail)\b.{0,60}?\b(?:disabled|suspended|inactive|locked|deactivated|discontinued|expired|frozen|on\s+hold)\b
      | \b(?:inactive|disabled|suspended|locked|dormant)\s+(?:\w{1,30}\s{1,9})?(?:user|account|mail\s*box|recipient)""",
    re.IGNORECASE | re.VERBOSE,
)
_NETWORK = re.compile(
    r"""\btimed?\s*-?out\b | \btimeout\b | \bconnection\s+(?:refused|reset|failed|dropped|lost) | \bretry\s+(?:timeout|time)\b | \bexpired\b | \bdelayed\b | \btry\s+again\b | \btemporar\w+ | \bdeferred\b
      | \b(?:mail\s+)?loop\w{0,12}\b | \btoo\s+many\s+hops\b | \bnetwork\b | \bunreachable\b | \bno\s+route\b | \bnot\s+respond\w{0,12} | \bfailing\s+for\s+a\s+long\s+time | \bfailed\s+\d+\s+attempts | \bgreylist\w{0,12} | \bwarning\s+message\s+only | \bcannot\s+connect | \bunable\s+to\s+connect | \bsocket\s+error | \bpipe\s+to\b | \bexit\s+status""",
    re.IGNORECASE | re.VERBOSE,
)
LONGEST = 2_000  # characters of a reason that are looked at


def status_in(text: str) -> str:
    """The enhanced status code in somebody's words, else what their three figures amount to; "" for neither."""
    text = text[:LONGEST]
    if found := _STATUS.search(text):
        return ".".join(str(int(part)) for part in found.groups())
    reply = _REPLY.search(text)
    return f"{reply[1]}.0.0" if reply else ""


def kind_of(status: str, words: str, *, given_up: bool = True) -> BounceKind:
    """Hard only where the address itself is the trouble."""
    if not given_up:
        return BounceKind.SOFT
    words = " ".join(words[:LONGEST].split())
    for pattern, kind in (
        (_FULL, BounceKind.SOFT),
        (_UNCLEAR, BounceKind.SOFT),
        (_OF_THE_SENDER, BounceKind.SOFT),
        (_GONE, BounceKind.HARD),
        (_NO_HOST, BounceKind.HARD),
        (_RESTING, BounceKind.SOFT),
        (_OURS, BounceKind.SOFT),
        (_NETWORK, BounceKind.SOFT),
    ):
        if pattern.search(words):
            return BounceKind.SOFT if pattern is _NO_HOST and status.startswith("4") else kind
    return BounceKind.HARD if _of_the_address(status) else BounceKind.SOFT


def _of_the_address(status: str) -> bool:
    """Whether the code alone says so: the subjects are those of RFC 3463 3."""
    major, _, rest = status.partition(".")
    subject, _, detail = rest.partition(".")
    if major != "5":
        return False
    if subject == "1":
        return detail not in {"7", "8", "9"}  # these are about the sender
    return (subject, detail) in {("2", "0"), ("2", "1"), ("4", "4")}
