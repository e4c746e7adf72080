"""The reliability curves of an evaluation as one SVG, without a plotting library."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from watchtower.types import Bin, Evaluation, Measure

#: pixels: side of one plot, space between two, height of the words over one, plots in a row
SIDE, GAP, HEAD, ACROSS = 190, 46, 34, 3
#: pixels around the whole, and height of its title and of its key
EDGE, TITLE, KEY = 40, 44, 62
#: scores and shares that are marked at the sides of a plot
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#333}.h{font-size:15px;font-weight:600}.t{font-weight:600}"
    ".a{fill:#666;font-size:10px}.b{fill:#fff}.f{fill:none;stroke:#999}.g{stroke:#e8e8e8}"
    ".d{stroke:#999;stroke-dasharray:4 3}"
    ".i{stroke:#1b5e8c;stroke-width:1.5;stroke-opacity:.55}.p{fill:#1b5e8c}.w{fill:#888;font-style:italic}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.a,.w{fill:#999}.b{fill:#181a1d}.f,.d{stroke:#777}"
    ".g{stroke:#2c2f33}"
    ".i{stroke:#7cb7e0}.p{fill:#7cb7e0}}"
)


def reliability_picture(evaluation: Evaluation) -> str:
    """Draw for all targets together and for each how often items with a score belong.

    On the dashed line it is as often as the score says. Each point is a tenth of the scale; its area grows with the
    number of items there, and the line through it is the 95 % interval. The result is a whole SVG document.
    """
    plots = (evaluation.macro, *evaluation.targets)
    width = 2 * EDGE + ACROSS * SIDE + (ACROSS - 1) * GAP
    below = EDGE + TITLE + -(-len(plots) // ACROSS) * (HEAD + SIDE + GAP)
    body = "".join(part for number, measure in enumerate(plots) for part in _plot(number, measure))
    key = (
        "Across: the score. Up: the share of items with such a score that belong. On the dashed line, scores can be",
        "read as probabilities; above it they are too low, below it too high. Larger points: more items; vertical",
        f"lines: 95 % intervals. {evaluation.items} labelled items.",
    )
    words = "".join(f'<text x="{EDGE}" y="{below + 16 * at}">{line}</text>' for at, line in enumerate(key))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {below + KEY}" width="{width}" '
        f'height="{below + KEY}" role="img"><title>Reliability: how often items with a score belong</title>'
        f'<style>{_STYLE}</style><rect class="b" width="{width}" height="{below + KEY}"/>'
        f'<text class="h" x="{EDGE}" y="{EDGE}">How often items with a score belong</text>{body}{words}</svg>\n'
    )


def _plot(number: int, measure: Measure) -> Iterator[str]:
    left = EDGE + number % ACROSS * (SIDE + GAP)
    top = EDGE + TITLE + number // ACROSS * (HEAD + SIDE + GAP)
    name = "all targets together" if number == 0 else measure.name
    yield f'<g transform="translate({left} {top})"><text class="t" y="-18">{escape(name)}</text>'
    yield f'<text class="a" y="-5">{escape(_note(measure))}</text><rect class="f" width="{SIDE}" height="{SIDE}"/>'
    for tick in TICKS:
        at = tick * SIDE
        yield f'<path class="g" d="M{at:g} 0V{SIDE}M0 {SIDE - at:g}H{SIDE}"/>'
        yield f'<text class="a" x="{at:g}" y="{SIDE + 13}" text-anchor="middle">{tick:g}</text>'
        yield f'<text class="a" x="-5" y="{SIDE - at + 3:g}" text-anchor="end">{tick:g}</text>'
    yield f'<path class="d" d="M0 {SIDE}L{SIDE} 0"/>'
    if measure.is_few:
        yield f'<text class="w" x="{SIDE / 2}" y="{SIDE / 2}" text-anchor="middle">too few labels</text>'
    else:
        most = max((one.count for one in measure.reliability), default=1)
        yield from (_point(one, most) for one in measure.reliability if one.count)
    yield "</g>"


def _point(one: Bin, most: int) -> str:
    if one.said is None or one.found is None or one.interval is None:
        return ""
    across, low, high = one.said * SIDE, *((1 - end) * SIDE for end in one.interval)
    return (
        f"<g><title>{one.count} items scored {one.said:.2f} in the mean; {one.found:.2f} of them belong</title>"
        f'<path class="i" d="M{across:.1f} {low:.1f}V{high:.1f}"/>'
        f'<circle class="p" cx="{across:.1f}" cy="{(1 - one.found) * SIDE:.1f}" '
        f'r="{2.5 + 5.5 * (one.count / most) ** 0.5:.1f}"/></g>'
    )


def _note(measure: Measure) -> str:
    brier, error = measure.figures["brier"], measure.figures["calibration_error"]
    belonging = f"n {measure.n} of {measure.judged}"
    if measure.is_few or brier is None or error is None:
        return belonging
    return f"{belonging}; Brier {brier:.3f}, error {error:.3f}"
