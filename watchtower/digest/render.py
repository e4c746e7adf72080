"""One digest, several formats; rendering the same digest twice gives the same bytes."""

from __future__ import annotations

from watchtower.digest.as_json import render_json
from watchtower.digest.atom import render_atom
from watchtower.digest.html import render_html
from watchtower.digest.markdown import render_markdown
from watchtower.digest.plain import render_plain
from watchtower.types import Digest

_FORMATS = {
    "html": ("text/html; charset=utf-8", render_html),
    "md": ("text/markdown; charset=utf-8", render_markdown),
    "txt": ("text/plain; charset=utf-8", render_plain),
    "json": ("application/json", render_json),
    "atom": ("application/atom+xml; charset=utf-8", render_atom),
}

#: names of the formats that ``render`` knows
FORMATS = tuple(_FORMATS)


def render(digest: Digest, format: str) -> tuple[str, str]:
    """Write a digest as ``html``, ``md``, ``txt``, ``json`` or ``atom``: the content type and the text.

    Raises ``ValueError`` for another format.
    """
    if format not in _FORMATS:
        raise ValueError(f"no digest format is called {format!r}; there are {', '.join(FORMATS)}")
    content_type, write = _FORMATS[format]
    return content_type, write(digest)
