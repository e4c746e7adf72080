"""The reliability curves of an evaluation as one SVG, without a plotting library."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from watchtower.types import Evaluation, Measure

#: pixels: side of one plot, space around it, plots in a row
SIDE, GAP, ACROSS = 180, 46, 4
_STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#333}.t{font-weight:600}.f{fill:none;stroke:#ccc}"
    ".d{stroke:#bbb;stroke-dasharray:3 3}.c{fill:none;stroke:#1b5e8c;stroke-width:1.5}.p{fill:#1b5e8c;fill-opacity:.75}"
)


def reliability_picture(evaluation: Evaluation) -> str:
    """Draw for each target how often items with a score belong; on the dashed line, as often as the score says.

    A point's area grows with the number of items in its bin. The result is a whole SVG document.
    """
    plots = evaluation.targets
    rows = -(-len(plots) // ACROSS)
    width = GAP + min(len(plots), ACROSS) * (SIDE + GAP)
    height = GAP + rows * (SIDE + GAP) + 20
    body = "".join(part for number, measure in enumerate(plots) for part in _plot(number, measure))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img"><title>Reliability: how often items with a score belong</title><style>{_STYLE}</style>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{body}'
        f'<text x="{GAP}" y="{height - 12}">across: score, up: share that belongs, both 0 to 1; '
        f"{evaluation.items} labelled items</text></svg>\n"
    )


def _plot(number: int, measure: Measure) -> Iterator[str]:
    left, top = GAP + number % ACROSS * (SIDE + GAP), GAP + number // ACROSS * (SIDE + GAP)
    brier = measure.figures["brier"]
    note = f"n {measure.n}" + (", too few" if measure.is_few else "") + (f", Brier {brier:.3f}" if brier else "")
    points = [(one.said, one.found, one.count) for one in measure.reliability if one.said is not None]
    places = [
        (left + said * SIDE, top + SIDE - found * SIDE, count) for said, found, count in points if found is not None
    ]
    most = max((count for _, _, count in places), default=1)
    yield f'<g><text class="t" x="{left}" y="{top - 18}">{escape(measure.name)}</text>'
    yield f'<text x="{left}" y="{top - 5}">{escape(note)}</text>'
    yield f'<rect class="f" x="{left}" y="{top}" width="{SIDE}" height="{SIDE}"/>'
    yield f'<line class="d" x1="{left}" y1="{top + SIDE}" x2="{left + SIDE}" y2="{top}"/>'
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
    yield f'<polyline class="c" points="{line}"/>' if line else ""
    for x, y, count in places:
        yield f'<circle class="p" cx="{x:.1f}" cy="{y:.1f}" r="{2 + 6 * (count / most) ** 0.5:.1f}"/>'
    yield "</g>"
