"""How an evaluation looks: a table for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from watchtower.types import Evaluation, Measure

#: figure to the head of its column
COLUMNS = {"precision": "precision", "recall": "recall", "f1": "F1", "average_precision": "AP", "brier": "Brier"}
CELL, NAME = 19, 28


def table(evaluation: Evaluation) -> Iterator[str]:
    """Yield one line a target, the mean, and every slice; each figure with its 95 % interval."""
    columns = dict(COLUMNS)
    if evaluation.beta != 1:
        columns = {"f_beta": f"F{evaluation.beta:g}", **columns}
    yield f"{'target':{NAME}}{'n':>6}  " + "".join(f"{head:<{CELL}}" for head in columns.values()).rstrip()
    for measure in (*evaluation.targets, evaluation.macro):
        yield _line(measure, columns)
    for name, slices in evaluation.slices.items():
        yield f"\nby {name}, all targets together"
        yield from (_line(measure, columns) for measure in slices)


def shape(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation as JSON has it."""
    return {
        "items": evaluation.items,
        "beta": evaluation.beta,
        "targets": {measure.name: _measure(measure) for measure in evaluation.targets},
        "macro": _measure(evaluation.macro),
        "slices": {
            name: {measure.name: _measure(measure) for measure in slices} for name, slices in evaluation.slices.items()
        },
    }


def changes(before: Evaluation, after: Evaluation) -> Iterator[str]:
    """Yield one line a target: what was, what would be, and the interval of what would be."""
    fields = {"precision": "precision", "recall": "recall", "f1": "F1", "average_precision": "AP"}
    if after.beta != 1:
        fields = {"f_beta": f"F{after.beta:g}", **fields}
    yield f"{'target':{NAME}}{'n':>6}  " + "".join(f"{head:<{CELL + 8}}" for head in fields.values()).rstrip()
    was = (*before.targets, before.macro)
    for old, new in zip(was, (*after.targets, after.macro), strict=True):
        if new.is_few:
            yield f"{new.name:{NAME}}{new.n:>6}  too few labels: its calibration and threshold stay as they are"
            continue
        cells = (f"{_number(old, name)} > {_cell(new, name)}" for name in fields)
        yield (f"{new.name:{NAME}}{new.n:>6}  " + "".join(f"{cell:<{CELL + 8}}" for cell in cells)).rstrip()


def _line(measure: Measure, columns: dict[str, str]) -> str:
    cells = "".join(f"{_cell(measure, name):<{CELL}}" for name in columns).rstrip()
    return f"{measure.name:{NAME}}{measure.n:>6}  {cells}{'  too few labels' if measure.is_few else ''}"


def _cell(measure: Measure, name: str) -> str:
    if name not in measure.intervals:
        return "-"
    low, high = measure.intervals[name]
    return f"{_number(measure, name)} [{low:.2f}, {high:.2f}]"


def _number(measure: Measure, name: str) -> str:
    value = measure.figures[name]
    return "-" if value is None else f"{value:.2f}" if name != "brier" else f"{value:.3f}"


def _measure(measure: Measure) -> dict[str, Any]:
    rounded = {name: None if value is None else round(value, 6) for name, value in measure.figures.items()}
    return {
        "n": measure.n,
        "judged": measure.judged,
        "too_few": measure.is_few,
        **rounded,
        "intervals": {name: [round(end, 6) for end in ends] for name, ends in measure.intervals.items()},
        "reliability": [
            {"low": one.low, "high": one.high, "count": one.count, "said": one.said, "found": one.found}
            for one in measure.reliability
        ],
    }
