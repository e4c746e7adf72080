"""How well matching does: figures over labelled items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

#: with fewer labels that say "belongs" than this, a figure says next to nothing
FEW = 10
#: figures that a digest tells
TOLD = ("precision", "recall", "f1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One step of the reliability curve: items whose score lies in ``[low, high)``; the last holds 1 too."""

    low: float
    high: float
    count: int
    #: mean score, and share that belongs; None where the bin is empty
    said: float | None
    found: float | None
    #: 95 % interval of that share for so many items (Wilson 1927); None where the bin is empty
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Figures over some items and targets; one is None where it has no meaning, as recall where nothing belongs."""

    name: str
    #: judgements that say "belongs", and all of them
    n: int
    judged: int
    figures: Mapping[str, float | None]
    #: 95 % bootstrap intervals of the figures that are not None
    intervals: Mapping[str, tuple[float, float]]
    reliability: tuple[Bin, ...]

    @property
    def is_few(self) -> bool:
        """Tell whether there are too few labels to say much."""
        return self.n < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What matching was found to be worth on labelled items."""

    items: int
    beta: float
    targets: tuple[Measure, ...]
    #: means over the targets with labels enough; ``n`` counts their judgements
    macro: Measure
    #: name of a slicing to its slices, largest first, each over all targets together
    slices: Mapping[str, tuple[Measure, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What matching by one model was found to be worth on the analyst's verdicts, short enough for every digest."""

    model: str
    at: datetime
    #: items judged; judgements that say "belongs", and all of them, over all targets
    items: int
    n: int
    judged: int
    #: macro figures by name, none that has no meaning, with their 95 % intervals
    figures: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]

    @classmethod
    def of(cls, evaluation: Evaluation, model: str, at: datetime) -> Measurement:
        """Keep of an evaluation what a reader of digests asks for."""
        macro = evaluation.macro
        known = {name: value for name in TOLD if (value := macro.figures.get(name)) is not None}
        return cls(
            model=model,
            at=at,
            items=evaluation.items,
            n=macro.n,
            judged=macro.judged,
            figures=known,
            intervals={name: macro.intervals[name] for name in known if name in macro.intervals},
        )
