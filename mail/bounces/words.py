"""Reports in words alone: which addresses a program that speaks of a failure names as the ones it failed for.

Only for mails that are known to come from such a program: of a person's words nothing is believed.
"""

import re
from dataclasses import dataclass

from mail.bounces.addresses import addresses_in, machine
from mail.bounces.parts import Parts
from mail.bounces.report import Failed
from mail.bounces.severity import kind_of, status_in
from store.kinds import BounceKind, BounceProof

MOST = 100
LONGEST_REASON = 500
MOST_LINES = 400
LONGEST_LINE = 1_000
LONGEST_NOTICE = 16 * 1024
_FAILURE = re.compile(
    r"""undeliver | (?:not|n't|never|cannot|could\s+not)\s+(?:\w{1,30}\s{1,9}){0,4}?(?:deliver|sen[dt]|reach|relay|accept|process) | deliver\w{0,9}\b.{0,40}?\b(?:fail|error|problem|delay|impossible|unsuccess|abort|stopp|temporar|suspend)
      | fail\w{0,9}\b.{0,40}?\b(?:deliver|send|recipient|address|notice|notification|mail|message) | (?:mail|message)\w{0,9}\b.{0,60}?\b(?:fail|return|reject|bounce|refus|block|discard|delay|queue|error)
      | unable\s+to\s+(?:\w{1,30}\s{1,9}){0,3}?(?:deliver|send|find|accept|process|relay|contact) | (?:returned|returning|bounced?)\s+(?:mail|message|to) | non-?delivery | (?:user|mailbox|host|recipient|address)\s+(?:is\s+)?(?:unknown|unavailable|full|not\s+found)
      | permanent\s+(?:error|failure|fatal) | fatal\s+error | nondeliver | delivery\s+status\s+notification | not\s+delivered | failure\s+reasons? | problem\s+(?:deliver|with\s+the\s+recipient)
      | unzustellbar | (?:nicht|konnte)\s.{0,40}(?:zugestellt|zustell) | non\s+(?:remis|distribu|d[ée]livr) | n['’]a\s+pas\s+pu\s+[êe]tre | [ée]chec\s.{0,30}(?:remise|envoi|livraison|distribution)
      | no\s+(?:se\s+)?(?:ha\s+)?(?:pudo|podido|pud[oe])\s.{0,30}(?:entreg|enviar) | no\s+entregad | mancat[ao]\s.{0,30}(?:recapito|consegna) | impossibile\s.{0,30}(?:recapit|consegn|invi)
      | n[ãa]o\s+(?:foi\s+)?(?:p[oô]de\s+)?(?:entreg|poss[ií]vel) | niet\s.{0,30}(?:bezorg|afgelever) | не\s+(?:удалось|доставлен|может\s+быть\s+доставлен) | недоставлен | nie\s.{0,30}dostarczon | kunde\s+inte\s+levereras | kunne\s+ikke\s+leveres
      | 配信\s*(?:できません|不能|に失敗) | 送信\s*(?:できません|できず|に失敗) | 配送\s*(?:できません|不能) | 届け(?:られません|ることができ) | 失敗しました | リストにありません | 退信 | 无法(?:投递|送达|发送) | 無法(?:投遞|傳遞|寄送) | 投递失败 | 전송\s*실패 | 반송""",
    re.IGNORECASE | re.VERBOSE,
)
_DELAY = re.compile(
    r"""\bdelay(?:ed)?\b | \bwarning\b.{0,40}\b(?:message|only|not\s+(?:been\s+)?(?:sent|delivered))\b | \b(?:will|shall)\s+(?:\w{1,30}\s{1,9}){0,2}(?:be\s+retried|retry|keep\s+trying|continue\s+(?:trying|to\s+try)) | \bstill\s+(?:trying|being\s+retried) | \bnot\s+(?:yet\s+)?been\s+delivered\s+(?:yet|for|after) | \bdo\s+not\s+need\s+to\s+resend | \bwill\s+be\s+attempted""",
    re.IGNORECASE | re.VERBOSE,
)
_GIVEN_UP = re.compile(
    r"\b(?:permanent\w*|given\s+up|giving\s+up|gave\s+up|fatal|failed\s+permanently|returned\s+to\s+(?:the\s+)?sender|could\s+not\s+be\s+delivered)\b",
    re.IGNORECASE,
)
_WRAPPED = r"[<\"'\[(]?(?:mailto:|smtp:|rfc822;\s*)?"
_AT_THE_START = re.compile(rf"^[\s*•>|-]*{_WRAPPED}(?=[^\s@<>()\"]+@)", re.IGNORECASE)
_NAMED = re.compile(
    r"""(?:\b(?:to|for|recipients?|address(?:es)?|e-?mail|user|mailbox|account|rcpt\s+to|destinataires?|destinatari[oi]s?|empf[äa]nger|an|à|al?|宛先|送信先|получател\w*|адрес\w*)\b|[:：])[\s:：*'"]*(?:<br>)?[<"'(\[]?(?=[^\s@<>()"]+@)""",
    re.IGNORECASE | re.VERBOSE,
)
_NOT_OF_IT = re.compile(
    r"""\bcontact\b | \bhelp\b | \bassist | \bsupport\b | \bpostmaster\b | \bmail\s+from\b | \b(?:sent|message|mail|written)\s+(?:by|from)\b | \benvelope-from\b | \bfrom\s*: | \bsender\b | \breply-to\b | \bmessage-?id\b | \bultimately\s+generated\b | \bin\s+reply\s+to\s+mail
      | https?:// | ^\s*(?:from|date|subject|sent|message-id|return-path|received|x-[\w-]+|references|in-reply-to)\s*:""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Found:
    address: str
    line: int


def failures_in_words(parts: Parts, *, subject: str, own: set[str]) -> list[Failed]:
    """Nothing where no failure is spoken of, or no address can be told from the others."""
    notice = parts.notice
    if not speaks_of_failure(f"{subject}\n{notice}"):
        return []
    lines = _lines(notice)
    found = _named(lines, parts.returned.recipients, own)
    if not found:
        back = [each for each in parts.returned.recipients if each not in own and not machine(each)]
        if len(back) != 1:
            return []
        found = [_Found(back[0], 0)]
    return [_failed(each, found, lines, subject) for each in found[:MOST]]


def failure_of(address: str, parts: Parts, *, subject: str, proof: BounceProof) -> Failed:
    """One that is known by other means, with what the words say of it."""
    lines = _lines(parts.notice)
    at = next((number for number, line in enumerate(lines) if address in line.lower()), 0)
    told = _failed(_Found(address, at), [], lines, subject)
    return Failed(address, told.kind, proof, told.status, told.reason, given_up=told.given_up)


def speaks_of_failure(text: str) -> bool:
    """Whether something was not delivered, in any of the languages that mail programs write."""
    return _FAILURE.search(text[:LONGEST_NOTICE]) is not None


def gives_up(subject: str, notice: str) -> bool:
    """Whether the program has ended its tries, as far as its words tell."""
    text = f"{subject[:LONGEST_LINE]}\n{notice[:LONGEST_NOTICE]}"
    return not _DELAY.search(text) or bool(_GIVEN_UP.search(text))


def _named(lines: list[str], returned: tuple[str, ...], own: set[str]) -> list[_Found]:
    """Of what stands at the start of a line, behind a word for a recipient, or came back: the first kind there is, else the only one."""
    first: list[_Found] = []
    named: list[_Found] = []
    known: list[_Found] = []
    others: list[_Found] = []
    for number, line in enumerate(lines):
        addresses = [each for each in addresses_in(line) if each not in own and not machine(each)]
        if not addresses or _NOT_OF_IT.search(line):
            continue
        begins = _AT_THE_START.match(line)
        if begins and addresses_in(line[begins.end() :])[:1] == addresses[:1]:
            first.append(_Found(addresses[0], number))
        for place in _NAMED.finditer(line):
            behind = addresses_in(line[place.end() : place.end() + 400])[:1]
            named += [_Found(each, number) for each in behind if each in addresses]
        known += [_Found(each, number) for each in addresses if each in returned]
        others += [_Found(each, number) for each in addresses]
    only = _once(others)
    return _once(first or named or known or (only if len(only) == 1 else []))


def _lines(notice: str) -> list[str]:
    return [line[:LONGEST_LINE] for line in notice[:LONGEST_NOTICE].split("\n", MOST_LINES)[:MOST_LINES]]


def _once(found: list[_Found]) -> list[_Found]:
    seen: dict[str, _Found] = {}
    for each in found:
        seen.setdefault(each.address, each)
    return list(seen.values())


def _failed(found: _Found, others: list[_Found], lines: list[str], subject: str) -> Failed:
    """With the words from its own line to the next one's; all of them where those say nothing."""
    ends = min((each.line for each in others if each.line > found.line), default=len(lines))
    notice = "\n".join(lines)
    near = " ".join(" ".join(lines[found.line : ends]).replace(found.address, " ").split())[:LONGEST_REASON]
    whole = " ".join(f"{subject} {notice}".split())
    given_up = gives_up(subject, notice)
    status = status_in(near) or status_in(whole)
    kind = kind_of(status_in(near), near, given_up=given_up)
    if kind is BounceKind.SOFT and not status_in(near):
        kind = kind_of(status, whole, given_up=given_up)
    return Failed(
        found.address, kind, BounceProof.WORDS, status, near or whole[:LONGEST_REASON], given_up=given_up
    )
