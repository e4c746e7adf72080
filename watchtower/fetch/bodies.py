"""Reading what a server sends, never more of it than is wanted once it is unpacked."""

from __future__ import annotations

import zlib

import aiohttp

from watchtower.errors import FetchError

#: what we offer; brotli and zstd decoders do not bound their output everywhere
ACCEPT_ENCODING = "gzip, deflate"
#: and so all that a server may send
_ENCODINGS = frozenset({"", "identity", "gzip", "deflate", "x-gzip"})


async def whole_body(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """Read a body; raises ``FetchError`` where it has more than ``max_bytes`` after decoding."""
    body = await beginning(response, max_bytes + 1)
    if len(body) > max_bytes:
        raise FetchError(_too_large(max_bytes))
    return _unpacked(body, max_bytes)


async def beginning(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Read at most the first ``most`` decoded bytes of a body; the rest is not waited for."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise FetchError(f"the answer is compressed with {encoding}, which was not asked for")
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) >= most:
            break
    return bytes(body[:most])


def _unpacked(body: bytes, max_bytes: int) -> bytes:
    """Unpack a gzip file that was sent as if it were the document itself."""
    if not body.startswith(b"\x1f\x8b\x08"):
        return body
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise FetchError(f"the answer is a damaged gzip file: {error}") from error
    if len(plain) > max_bytes:
        raise FetchError(_too_large(max_bytes))
    return plain


def _too_large(max_bytes: int) -> str:
    return f"the document is larger than {max_bytes:,} bytes (fetch.max_bytes)"
