"""Why a text scored what it scored, which indicator it reports and which answer it speaks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array, dia_array, diags_array

from watchtower.classify.evidence import Place, places, reasons
from watchtower.classify.fitting import FloatArray
from watchtower.classify.model import Model
from watchtower.classify.reading import Reader
from watchtower.classify.when import Reading
from watchtower.types import Analysis, Evidence, Explanation, Target

#: least likeness (cosine) of a text to an indicator's example, where the indicator's own rule does not hold
LIKENESS = 0.30
#: what a rule that holds is worth beside likeness
RULE = 0.25


class Explainer:
    """Explains scores of one model. What all targets share of a text is worked out once."""

    def __init__(self, analysis: Analysis, reader: Reader, fitted: Model) -> None:
        self._targets: Mapping[str, Target] = {target.id: target for target in analysis.targets}
        self._reader = reader
        self._fitted = fitted
        self._telling = _telling(fitted.example_rows)
        self._examples = _unit(fitted.example_rows @ self._telling).T.tocsr()

    def explain(
        self, reading: Reading, row: csr_array, scores: FloatArray, columns: Sequence[int]
    ) -> list[Explanation]:
        """Explain the scores of one text on some targets, given as columns of the model."""
        where = places(self._reader, reading)
        nearness = self._nearness(row)
        holding = self._reader.indicated(reading)
        explained = []
        for column in columns:
            target = self._targets[self._fitted.targets[column]]
            explained.append(
                Explanation(
                    target=target.id,
                    score=float(scores[column]),
                    threshold=float(self._fitted.thresholds[column]),
                    evidence=self._evidence(reading, row, column, where),
                    indicator=_indicator(target, nearness, holding),
                    answer=self._answer(target, row),
                )
            )
        return explained

    def _evidence(
        self, reading: Reading, row: csr_array, column: int, where: Mapping[str, Place]
    ) -> tuple[Evidence, ...]:
        names, weights = self._fitted.vectors.names, self._fitted.weights
        shares = {
            names[at]: float(value * weights[at, column]) for at, value in zip(row.indices, row.data, strict=True)
        }
        return reasons(shares, float(self._fitted.starts[column]), where, reading)

    def _answer(self, target: Target, row: csr_array) -> str | None:
        choice = self._fitted.choices.get(target.id)
        if choice is None:
            return None
        return choice.answers[int(np.argmax((row @ choice.weights)[0] + choice.starts))]

    def _nearness(self, row: csr_array) -> dict[str, float]:
        """Find for each indicator how like the text is to the nearest of its examples."""
        likeness = (_unit(row @ self._telling) @ self._examples).toarray()[0]
        nearest: dict[str, float] = {}
        for at in np.flatnonzero(likeness > 0).tolist():
            id = self._fitted.example_of[at]
            nearest[id] = max(nearest.get(id, 0.0), float(likeness[at]))
        return nearest


def _indicator(target: Target, nearness: Mapping[str, float], holding: frozenset[str]) -> str | None:
    """Name the indicator whose examples are nearest, where one is near or its own rule holds."""
    best, most = None, 0.0
    for indicator in target.indicators:
        holds = indicator.id in holding
        worth = nearness.get(indicator.id, 0.0) + (RULE if holds else 0.0)
        if worth > most and (holds or worth >= LIKENESS):
            best, most = indicator.id, worth
    return best


def _telling(rows: csr_array) -> dia_array:
    """Weigh features by how few of the examples have them: what nearly all share tells no two indicators apart."""
    having = np.bincount(rows.indices, minlength=rows.shape[1])
    return diags_array(np.log((1 + rows.shape[0]) / (1 + having)))


def _unit(rows: csr_array) -> csr_array:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return csr_array(diags_array(1 / np.maximum(lengths, 1e-12)) @ rows)
