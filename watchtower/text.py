"""Plain text from what feeds send: pure functions that every stage shares.

Everything that is stored is plain text made here, so no markup, control character or bidirectional
override from a feed ever reaches the database, a terminal, a log or a digest.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

# ANSI escape sequences (ECMA-48 CSI and OSC): removed whole, so that "\x1b[31mred" leaves "red".
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
# C0 and C1 controls but those that are spaces, lone surrogates, non-characters, Unicode bidirectional controls
# (UAX #9: ALM, LRM, RLM, LRE..RLO, LRI..PDI), zero-width space, word joiner, BOM, interlinear annotation.
# Python calls all of them not printable.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
    r"\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_BLANKS = re.compile("  +")
# Elements whose content is no text; and comments. Each is looked for with its end in one walk, see ``_without_code``.
_CODE = re.compile(r"<!--|<(script|style|template|noscript|svg|math|iframe|object)\b[^<>]*>", re.I)
_CODE_ENDS = {
    name: re.compile(rf"</{name}\s*>", re.I)
    for name in ("script", "style", "template", "noscript", "svg", "math", "iframe", "object")
} | {"": re.compile("-->")}
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
# What stands between the name of a tag and its end: quoted values may hold ">", but a quote that is not closed before
# the next "<" is none. Possessive, and never over a "<", so that the work is linear whatever the markup.
_INSIDE = r"""(?:(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>|[^<>]*+>)"""
_TAG = re.compile(r"<(?:/?([a-zA-Z]\w*+)" + _INSIDE + r"|[!?][^<>]*+>)")
#: elements that stand apart from what is before and after them
_BLOCKS = frozenset(
    "p br div li ul ol tr td th table h1 h2 h3 h4 h5 h6 blockquote section article hr pre dd dt".split()
)


def clean(text: str) -> str:
    """Drop what cannot be shown (controls, escapes, bidi overrides, lone surrogates) and fold runs of space.

    >>> clean("a\\x1b[31m red\\u202e\\x00  b\\n")
    'a red b'
    """
    if not text.isprintable():
        # the usual kinds of space first: then a blank is mostly the only one that is left
        text = text.replace("\n", " ").replace("\t", " ").replace("\r", " ").replace("\xa0", " ")
        if not text.isprintable():
            text = " ".join(text.split())
            if not text.isprintable():
                text = " ".join(_UNPRINTABLE.sub("", _ANSI.sub("", text)).split())
    # in a long text, looking first takes as long as replacing
    return (_BLANKS.sub(" ", text) if len(text) > 200 or "  " in text else text).strip()


def plain(markup: str) -> str:
    """Make plain text of HTML: markup and scripts go, entities are decoded, block elements become a space.

    >>> plain("<p>Talks &amp; tests</p><script>x()</script><p>a < b</p>")
    'Talks & tests a < b'
    """
    if "<" in markup:
        # one character is found many times faster than two
        if ("!" in markup and "<!" in markup) or ("]" in markup and "]]>" in markup):
            markup = _CDATA.sub(" ", _without_code(markup))
        pieces, names = _tags(markup)
        if not _CODE_ENDS.keys().isdisjoint(names):
            pieces, names = _tags(_without_code(markup))
        pieces[1::2] = [" " if name in _BLOCKS else "" for name in names]
        markup = "".join(pieces)
    if "&" in markup:
        markup = html.unescape(markup)
    return clean(markup)


def _tags(markup: str) -> tuple[list[str], list[str]]:
    """Split markup at its tags, with a piece for each; and their names in lower case, not empty."""
    pieces = _TAG.split(markup)
    return pieces, [name.lower() if name else "!" for name in pieces[1::2]]


def _without_code(markup: str) -> str:
    """Cut comments, scripts and the like out; what is never closed keeps its text. Linear in the markup."""
    kept, at, endless = [], 0, set()
    for opening in _CODE.finditer(markup):
        name = (opening[1] or "").lower()
        if opening.start() < at or name in endless:
            continue
        closing = _CODE_ENDS[name].search(markup, opening.end())
        if closing is None:
            endless.add(name)
            continue
        kept.append(markup[at : opening.start()])
        at = closing.end()
    return " ".join([*kept, markup[at:]]) if kept else markup


def cut(text: str, limit: int) -> str:
    """Shorten to at most ``limit`` characters, at a space where one is near, with an ellipsis where something went.

    >>> cut("one two three", 9)
    'one two…'
    """
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:.-") + "…"


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun; ``many`` is needed where the plural is more than an s.

    >>> counted(1, "story", "stories"), counted(1200, "item")
    ('1 story', '1,200 items')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def primary_language(tag: str | None) -> str:
    """Reduce a language tag to its language.

    >>> primary_language("en-US"), primary_language(None)
    ('en', '')
    """
    return (tag or "").replace("_", "-").partition("-")[0].lower()


def fold(text: str) -> str:
    """Normalise for comparing: NFKC and case-folded.

    >>> fold("ＤＰＲＫ Straße")
    'dprk strasse'
    """
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def long_date(moment: datetime) -> str:
    """Write a date in English, whatever the machine's locale, in the moment's own zone.

    >>> long_date(datetime(2025, 9, 3))
    '3 September 2025'
    """
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def web_address(url: str | None) -> str | None:
    """Return the address if it is safe to link to (http or https, with a host), else None; credentials are dropped.

    >>> web_address("javascript:alert(1)") is None
    True
    >>> web_address("https://user:secret@example.org/a")
    'https://example.org/a'
    """
    if not url:
        return None
    try:
        parts = urlsplit(clean(url))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    host = f"[{host}]" if ":" in host else host
    return urlunsplit(parts._replace(netloc=f"{host}:{port}" if port else host))


def site_of(url: str) -> str:
    """The site that a robots.txt speaks for (RFC 9309): scheme, host and port.

    >>> site_of("https://H.Example:8443/a?b")
    'https://h.example:8443'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def without_credentials(url: str) -> str:
    """Show an address in logs and messages: user name and password become ``***``.

    >>> without_credentials("https://user:secret@example.org/feed")
    'https://***@example.org/feed'
    """
    return re.sub(r"(?<=://)[^/?#@\s]*(?:@[^/?#@\s]*)*@", "***@", clean(url))


def closest(word: str, known: Collection[str]) -> str | None:
    """Return the known word that was probably meant, if one is close."""
    return _closest(word.lower()[:100], tuple(sorted(known)))


@lru_cache(maxsize=4096)  # a misspelt name tends to be misspelt all over a file
def _closest(word: str, known: tuple[str, ...]) -> str | None:
    small = {name.lower(): name for name in known}
    near = get_close_matches(word, list(small), n=1, cutoff=0.6)
    return small[near[0]] if near else None


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Say which known word was meant, if one is close.

    >>> did_you_mean("titel", ["title", "url"])
    "; did you mean 'title'?"
    """
    near = closest(word, known)
    return f"; did you mean '{near}'?" if near else ""
