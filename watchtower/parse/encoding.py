"""Bytes to text: what encoding a document is really in, whatever it or its server says."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

#: WHATWG Encoding Standard: names that in practice mean a larger set
_REALLY = {
    "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "ks_c_5601": "cp949", "shift_jis": "cp932",
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874",
}  # fmt: skip
#: codecs of Python that are no character encodings of documents, or slow on purpose-made input
_NOT_MEANT = {"unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "utf-7", "mbcs", "oem"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: the first bytes of "<?xm" or "<r" without a BOM (XML 1.0, appendix F)
_STARTS = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_XML_DECLARATION = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.I)
_SAMPLE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A document as text, and what had to be put right, one sentence each."""

    text: str
    warnings: tuple[str, ...] = ()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Make text of a document; never raises.

    What the bytes prove goes before what is declared: a byte order mark, then valid UTF-8, then the XML
    declaration and the Content-Type, then a guess among the usual encodings of our five languages.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _forced(body[len(mark) :], encoding)
    for start, encoding in _STARTS:
        if body.startswith(start):
            return _forced(body, encoding)
    declared = _declared(body, content_type)
    if body.isascii():
        seven_bit = next((name for name in declared if name.startswith(("iso2022", "hz"))), "ascii")
        return _forced(body, seven_bit)
    try:
        return Decoded(text=body.decode())
    except UnicodeDecodeError:
        return _legacy(body, declared)


def _forced(body: bytes, encoding: str) -> Decoded:
    text = body.decode(encoding, "replace")
    damaged = "\ufffd" in text
    return Decoded(text=text, warnings=(f"some characters are not valid {encoding}",) if damaged else ())


def _declared(body: bytes, content_type: str) -> list[str]:
    """Declared encodings, likeliest first, under Python's names.

    The Content-Type goes first (RFC 7303), but for the two that servers add by default without looking.
    """
    said = _XML_DECLARATION.match(body[:1000])
    in_document = _python_name(said[1].decode("ascii")) if said else None
    served = _CHARSET.search(content_type)
    in_header = _python_name(served[1]) if served else None
    order = [in_document, in_header] if in_header == "cp1252" else [in_header, in_document]
    return [name for name in order if name is not None]


def _python_name(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    found = _REALLY.get(found, found)
    return None if found in _NOT_MEANT else found


def _legacy(body: bytes, declared: list[str]) -> Decoded:
    for name in declared:
        if name != "utf-8" and (text := _strictly(body, name)) is not None:
            return Decoded(text=text)
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(not character.isascii() for character in text[:_SAMPLE]) - bad
    if bad * 10 <= good:
        return Decoded(text=text, warnings=("some characters are not valid UTF-8",))
    guess = _guess(body)
    said = f"declared as {declared[0]}" if declared else "declared as nothing"
    return Decoded(text=body.decode(guess, "replace"), warnings=(f"the encoding is {said}, but seems to be {guess}",))


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, LookupError):  # LookupError: a codec that is not for text, such as "zip"
        return None


def _guess(body: bytes) -> str:
    """Tell the usual encodings of Japanese, Korean, Russian and Chinese apart; Western where it is none of them.

    Each is known by the share of letters that ordinary text in it has: kana, Hangul syllables, small Cyrillic
    letters, and characters of the first Chinese standard. The order matters: kana and Hangul bytes are valid GB.
    Only Western text has its foreign letters one by one between ASCII ones.
    """
    runs = re.findall(rb"[\x80-\xff]+", body[:_SAMPLE])
    if sum(map(len, runs)) < 2 * len(runs):
        return "cp1252"
    for name, ranges, share in (
        ("euc_jp", "\u3040-\u30ff", 0.3),
        ("cp932", "\u3040-\u30ff", 0.3),
        ("cp949", "\uac00-\ud7a3", 0.7),
        ("cp1251", "\u0430-\u044f", 0.6),
        ("koi8_r", "\u0430-\u044f", 0.6),
        ("gb18030", "\u4e00-\u9fa5", 0.7),
    ):
        foreign = [c for c in _sample(body, name) if not c.isascii()]
        usual = re.findall(f"[{ranges}]", "".join(foreign))
        if foreign and len(usual) >= share * len(foreign):
            return name
    return "cp1252"


def _sample(body: bytes, name: str) -> str:
    """The beginning of the document in one encoding; empty where it is not valid in it."""
    try:
        return codecs.getincrementaldecoder(name)().decode(body[:_SAMPLE])
    except UnicodeDecodeError:
        return ""
