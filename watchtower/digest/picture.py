"""A chart as a PNG, for mail programs, which show no SVG."""

from __future__ import annotations

import struct
import zlib

from watchtower.digest.chart import BAR, HEIGHT, Chart

#: pixels of the picture for one of the chart, so that it is sharp on fine screens
SCALE = 2
# Palette: nothing, a day before, this period, what was expected, out of the usual. Legible on white and on black.
_COLOURS = bytes((255, 255, 255, 148, 156, 168, 47, 111, 208, 120, 120, 120, 200, 60, 40))
_NOTHING, _THEN, _NOW, _EXPECTED, _ALARM = range(5)


def png(chart: Chart) -> bytes:
    """Draw the bars and the marks of what was expected, on nothing; an unknown day has no bar."""
    width, height = chart.width * SCALE, HEIGHT * SCALE
    rows = [bytearray(width) for _ in range(height)]
    for bar in chart.bars:
        left, right = bar.x * SCALE, min((bar.x + BAR) * SCALE, width)
        colour = _NOTHING if bar.unknown else _ALARM if bar.alarm else _NOW if bar.now else _THEN
        for row in rows[round(bar.y * SCALE) : round((bar.y + bar.height) * SCALE)]:
            row[left:right] = bytes((colour,)) * (right - left)
        if bar.expected_y is not None:
            mark = rows[min(max(round(bar.expected_y * SCALE), 0), height - 1)]
            mark[left:right] = bytes((_EXPECTED,)) * (right - left)
    drawn = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits a pixel, by palette (PNG, 11.2.2)
    parts = ((b"IHDR", header), (b"PLTE", _COLOURS), (b"tRNS", b"\0"), (b"IDAT", drawn), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
