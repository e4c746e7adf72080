"""How an evaluation looks: a table for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from watchtower.types import Evaluation, Measure

#: figure to the head of its column
COLUMNS = {"precision": "precision", "recall": "recall", "f1": "F1", "average_precision": "AP"}
CALIBRATION = {"brier": "Brier", "calibration_error": "calibration error", "said": "mean score", "found": "belongs"}
CELL, NAME = 22, 28
#: figures that are small, so that a third decimal says something
FINE = ("brier", "calibration_error")


def table(evaluation: Evaluation) -> Iterator[str]:
    """Yield one line a target, the mean, and every slice, each figure with its 95 % interval; then how calibrated."""
    columns = dict(COLUMNS)
    if evaluation.beta != 1:
        columns = {"f_beta": f"F{evaluation.beta:g}", **columns}
    every = (*evaluation.targets, evaluation.macro)
    yield from _part("target", every, columns)
    for name, slices in evaluation.slices.items():
        yield from ("", *_part(f"by {name}, all targets", slices, columns))
    yield from ("", "calibration: is a score of 0.7 right seven times in ten?", *_part("target", every, CALIBRATION))
    for name, slices in evaluation.slices.items():
        yield from ("", *_part(f"by {name}, all targets", slices, CALIBRATION))


def _part(title: str, measures: Sequence[Measure], columns: Mapping[str, str]) -> Iterator[str]:
    yield f"{title:{NAME}}{'n':>6}{'of':>7}  " + "".join(f"{head:<{CELL}}" for head in columns.values()).rstrip()
    for measure in measures:
        cells = "".join(f"{_cell(measure, name):<{CELL}}" for name in columns).rstrip()
        said = "too few labels to say anything" if measure.is_few else cells
        yield f"{measure.name:{NAME}}{measure.n:>6}{measure.judged:>7}  {said}"


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


def _cell(measure: Measure, name: str) -> str:
    if name not in measure.intervals:
        return "-"
    places = 3 if name in FINE else 2
    low, high = measure.intervals[name]
    return f"{_number(measure, name)} [{low:.{places}f}, {high:.{places}f}]"


def _number(measure: Measure, name: str) -> str:
    value = measure.figures[name]
    return "-" if value is None else f"{value:.{3 if name in FINE else 2}f}"


def _measure(measure: Measure) -> dict[str, Any]:
    rounded = {name: None if value is None else round(value, 6) for name, value in measure.figures.items()}
    return {
        "n": measure.n,
        "judged": measure.judged,
        "too_few": measure.is_few,
        **rounded,
        "intervals": {name: [round(end, 6) for end in ends] for name, ends in measure.intervals.items()},
        "reliability": [asdict(one) for one in measure.reliability],
    }
