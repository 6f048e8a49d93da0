"""An issue of the newsletter as a mail: complete text, and HTML that needs no picture, no script and no network.

Rendered once for all readers. What differs from one to the next stands in PLACES, to be filled in where the mail is written.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.assistant.newsletter.markdown import as_html, as_text
from mail.render.headers import one_line
from mail.render.reply import PAGES

MOST_BYTES = 100_000  # Gmail cuts a mail at about 102 kB
# Made of letters alone: no encoding of a mail or of a link changes them.
UNSUBSCRIBE, PREFERENCES, WHY = "xxUNSUBSCRIBExx", "xxPREFERENCESxx", "xxWHYxx"
PLACES = (UNSUBSCRIBE, PREFERENCES, WHY)

_FONT = "font-family:Georgia,'Times New Roman',serif"
LOOKS = {
    "h1": 'class="ink" style="margin:28px 0 10px; font-size:24px; line-height:1.25; color:#1d2430"',
    "h2": 'class="head rule" style="margin:36px 0 18px; padding:14px 0 0; border-top:2px solid #1b6b5f; color:#1b6b5f; font-size:13px; line-height:1.4; font-weight:700; letter-spacing:1.4px; text-transform:uppercase"',
    "h3": f'class="ink" style="margin:26px 0 6px; {_FONT}; font-size:21px; line-height:1.3; font-weight:700; color:#1d2430"',
    "h4": 'class="ink" style="margin:20px 0 6px; font-size:17px; line-height:1.35; color:#1d2430"',
    "p": 'class="ink" style="margin:0 0 12px; color:#1d2430; font-size:16px; line-height:1.55"',
    "ul": 'class="ink" style="margin:0 0 12px; padding:0 0 0 20px; color:#1d2430; font-size:16px; line-height:1.5"',
    "ol": 'class="ink" style="margin:0 0 12px; padding:0 0 0 24px; color:#1d2430; font-size:16px; line-height:1.5"',
    "li": 'class="ink" style="margin:0 0 9px; color:#1d2430"',
    "a": 'class="accent" style="color:#1b6b5f; text-decoration:underline"',
    "blockquote": 'class="rule" style="margin:0 0 14px; padding:2px 0 2px 16px; border-left:3px solid #b9c6c3"',
    "hr": 'class="rule" style="margin:24px 0; border:0; border-top:1px solid #e3e6ea"',
    "code": 'style="font-family:ui-monospace,Menlo,Consolas,monospace; font-size:15px"',
}


class TooLong(ValueError):
    """An issue that programs would cut, in words for staff."""


@dataclass(frozen=True, slots=True)
class IssueMail:
    """What an issue says, and by whose hand. `archive` is its page; "" where there are none."""

    title: str
    body: str  # Markdown
    region: str
    dated: datetime
    preview: str = ""
    identity: str = ""
    archive: str = ""
    pages: bool = True  # whether there are pages behind the links at its end
    topic: str = "newsletter"

    @property
    def stopped(self) -> str:
        """What the link at its end stops."""
        return "the newsletter" if self.topic == "newsletter" else self.topic

    @property
    def word(self) -> str:
        """What stops it in a reply."""
        return f"stop {'newsletters' if self.topic == 'newsletter' else self.topic}"


@dataclass(frozen=True, slots=True)
class Rendered:
    text: str
    page: str


def render_issue(issue: IssueMail) -> Rendered:
    """Raises TooLong where no mail program would show all of it."""
    page = PAGES.get_template("newsletter.html.j2").render(
        issue=issue,
        content=as_html(issue.body, LOOKS),
        unsubscribe=UNSUBSCRIBE,
        preferences=PREFERENCES,
        why=WHY,
    )
    if (size := len(page.encode("utf-8", "replace"))) > MOST_BYTES:
        raise TooLong(
            f"The issue would be {size // 1000} kB; above {MOST_BYTES // 1000} mail programs cut it. Shorten it."
        )
    return Rendered(_text(issue), page)


def filled(rendered: Rendered, *, unsubscribe: str, preferences: str, why: str) -> Rendered:
    """For one reader; the values are addresses of ours and words that are escaped for HTML here."""
    text, page = rendered.text, rendered.page
    for place, value in ((UNSUBSCRIBE, unsubscribe), (PREFERENCES, preferences), (WHY, why)):
        line = one_line(value)
        text, page = text.replace(place, line), page.replace(place, escaped(line))
    return Rendered(text, page)


def _text(issue: IssueMail) -> str:
    ends = [
        f"You get this because {WHY}.",
        f"Choose what you get, and how often: {PREFERENCES}" if issue.pages else "",
        f"Stop {issue.stopped}: {UNSUBSCRIBE}" if issue.pages else f"To stop it, reply “{issue.word}”.",
        one_line(issue.identity),
    ]
    parts = [
        one_line(issue.title).upper(),
        f"{issue.region} · {issue.dated.day} {issue.dated:%B %Y}",
        f"On the web: {issue.archive}" if issue.archive else "",
        as_text(issue.body),
        "-" * 72,
        "\n".join(each for each in ends if each),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(words: str) -> str:
    for special, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        words = words.replace(special, entity)
    return words
