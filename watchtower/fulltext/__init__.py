"""What web pages say: the extra ``fulltext``, imported only where a feed asks for it. No I/O."""

from __future__ import annotations
