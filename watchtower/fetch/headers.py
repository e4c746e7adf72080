"""The headers of an answer as plain text."""

from __future__ import annotations

from collections.abc import Mapping

from multidict import CIMultiDictProxy


def plain_headers(headers: CIMultiDictProxy[str]) -> Mapping[str, str]:
    """Lower-cased names; a header sent twice is joined, a validator sent twice is the first.

    A validator that is not UTF-8 cannot be sent back as it came, and so is left out.
    """
    plain: dict[str, str] = {}
    for name, value in headers.items():
        name = name.lower()
        if name in ("etag", "last-modified"):
            if value.isprintable():
                plain.setdefault(name, value)
        else:
            plain[name] = f"{plain[name]}, {readable(value)}" if name in plain else readable(value)
    return plain


def readable(value: str) -> str:
    """Undo aiohttp's surrogates: bytes that are not UTF-8 are Latin-1 in HTTP (RFC 9110 section 5.5)."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    return value
