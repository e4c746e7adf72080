"""A chart as a PNG, for mail programs, which show no SVG."""

from __future__ import annotations

import struct
import zlib

from watchtower.digest.chart import BAR, HEIGHT, Chart

#: pixels of the picture for one of the chart, so that it is sharp on fine screens
SCALE = 2
# Palette: nothing, a day before, this period, the mean. Legible on white and on black.
_COLOURS = bytes((255, 255, 255, 148, 156, 168, 47, 111, 208, 120, 120, 120))
_NOTHING, _THEN, _NOW, _MEAN = range(4)


def png(chart: Chart) -> bytes:
    """Draw the bars and the mean of the days before, on nothing."""
    width, height = chart.width * SCALE, HEIGHT * SCALE
    rows = [bytearray(width) for _ in range(height)]
    for bar in chart.bars:
        left, right = bar.x * SCALE, min((bar.x + BAR) * SCALE, width)
        for row in rows[round(bar.y * SCALE) : round((bar.y + bar.height) * SCALE)]:
            row[left:right] = bytes((_NOW if bar.now else _THEN,)) * (right - left)
    line = rows[min(round(chart.mean_y * SCALE), height - 1)]
    for x in range(0, width, 4 * SCALE):  # dashed
        line[x : x + 2 * SCALE] = bytes((_MEAN,)) * min(2 * SCALE, width - x)
    drawn = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits a pixel, by palette (PNG, 11.2.2)
    parts = ((b"IHDR", header), (b"PLTE", _COLOURS), (b"tRNS", b"\0"), (b"IDAT", drawn), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
