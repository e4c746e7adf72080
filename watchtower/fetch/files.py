"""Reads feed documents from disk instead of asking servers: for tests, demonstrations and archives."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from email.utils import formatdate
from hashlib import blake2b
from pathlib import Path

from watchtower.types import Failed, Fetched, FetchRequest, NotModified, Outcome

_CONTENT_TYPES = {".json": "application/feed+json", ".html": "text/html"}


class FileFetcher:
    """Answers each request with the file that ``documents`` names for its feed.

    Implements ``seams.Fetcher``. The validators are a hash of the content and the file's time, so that an
    unchanged file is a ``NotModified``. ``max_bytes`` is the most a document may have.
    """

    def __init__(
        self, documents: Mapping[str, Path], *, clock: Callable[[], datetime], max_bytes: int = 15 * 1024 * 1024
    ) -> None:
        self._documents = documents
        self._clock = clock
        self._max_bytes = max_bytes

    def fetch(self, requests: Sequence[FetchRequest]) -> Generator[Outcome, None, None]:
        """Yield one outcome a request, in their order."""
        for request in requests:
            yield self._read(request)

    def _read(self, request: FetchRequest) -> Outcome:
        feed_id, now = request.feed_id, self._clock()
        path = self._documents.get(feed_id)
        if path is None:
            return Failed(feed_id=feed_id, reason="there is no document for this feed", status=404, at=now)
        try:
            with path.open("rb") as file:
                body = file.read(self._max_bytes + 1)
            written = path.stat().st_mtime
        except OSError as error:
            return Failed(feed_id=feed_id, reason=f"cannot read {path.name}: {error.strerror}", status=404, at=now)
        if len(body) > self._max_bytes:
            return Failed(feed_id=feed_id, reason=f"the document is larger than {self._max_bytes:,} bytes", at=now)
        if not body.strip():
            return Failed(feed_id=feed_id, reason="the document is empty", at=now)
        headers = {
            "content-type": _CONTENT_TYPES.get(path.suffix, "application/xml"),
            "etag": f'"{blake2b(body, digest_size=10).hexdigest()}"',
            "last-modified": formatdate(written, usegmt=True),
        }
        if request.etag == headers["etag"]:
            return NotModified(feed_id=feed_id, headers=headers, at=now)
        return Fetched(feed_id=feed_id, url=request.url, body=body, headers=headers, at=now)
