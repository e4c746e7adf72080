"""The quick reader: strictly well-formed RSS, RDF and Atom by lxml, with the same result as feedparser.

It takes a document only where it knows for each element what feedparser makes of it; everything else it leaves alone
(``Unusual``), and the careful reader takes the whole document. tests/unit/parse/test_strict.py holds the two together.
"""

from __future__ import annotations

from watchtower.parse.strict.reader import read_strictly

__all__ = ["read_strictly"]
