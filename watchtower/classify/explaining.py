"""Why texts scored what they scored, which indicator each reports and which answer it speaks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from scipy.sparse import csr_array, dia_array, diags_array, hstack

from watchtower.classify.evidence import Example, Reasons, Weighed, places
from watchtower.classify.fitting import FloatArray
from watchtower.classify.model import Model
from watchtower.classify.reading import Reader
from watchtower.classify.when import Reading
from watchtower.types import Analysis, Explanation, Target, fitting

#: least likeness of a text to an indicator's example, where the indicator's own rule does not hold
LIKENESS = 0.30
#: what a rule that holds is worth beside likeness
RULE = 0.4
#: how much surer a choice among indicators is for a difference in worth: the shipped examples, each held against the
#: others, are put to their indicator with the confidence that this gives
SURENESS = 6.0
#: least confidence with which an indicator is named whose own rule does not hold: of the shipped examples, each held
#: against the others, 9 of the 41 below it are put to the right one (docs/matching.md)
LEAST_SURE = 0.35
#: texts that are held against all examples at once: bounds memory
_AT_ONCE = 200


class Explainer:
    """Explains scores of one model."""

    def __init__(self, analysis: Analysis, reader: Reader, fitted: Model) -> None:
        self._targets: Sequence[Target] = [
            {target.id: target for target in analysis.targets}[id] for id in fitted.targets
        ]
        texts = [text for target in analysis.targets for one in target.indicators for text in one.examples]
        rows = fitted.example_rows
        self._near = [
            Example(text, id, rows.indices[rows.indptr[at] : rows.indptr[at + 1]])
            for at, (text, id) in enumerate(zip(texts, fitted.example_of, strict=True))
        ]
        #: of each target its indicators, each with the places of its examples; and the places of all of them
        self._indicators = [
            [(one.id, np.flatnonzero([near.indicator == one.id for near in self._near])) for one in target.indicators]
            for target in self._targets
        ]
        #: of each of them the answers that it fits; of a watch point's, none
        self._fits = [
            [fitting(target.bearing(one), [answer.id for answer in target.answers]) for one in target.indicators]
            for target in self._targets
        ]
        self._of_target = [
            np.array([at for _, places in some for at in places], dtype=int) for some in self._indicators
        ]
        self._reader = reader
        self._fitted = fitted
        self._reasons = Reasons.of_columns(fitted.vectors.names)
        self._telling = _telling(fitted.example_rows)
        self._concepts = diags_array(np.array([float(name.startswith("c:")) for name in fitted.vectors.names]))
        self._examples = self._told(fitted.example_rows).T.tocsr()

    def explain(
        self, readings: Sequence[Reading], rows: csr_array, scores: FloatArray, columns: Sequence[Sequence[int]]
    ) -> list[list[Explanation]]:
        """Explain the scores of texts, each on some targets, given as columns of the model."""
        explained = []
        for first in range(0, len(readings), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            explained += self._explained(readings[some], rows[some], scores[some], columns[some])
        return explained

    def _explained(
        self, readings: Sequence[Reading], rows: csr_array, scores: FloatArray, columns: Sequence[Sequence[int]]
    ) -> list[list[Explanation]]:
        likeness = np.asarray((self._told(rows) @ self._examples).toarray())
        indicated = self._reader.indicated(readings)
        answers = {id: choice.chances(rows) for id, choice in self._fitted.choices.items()}
        explained: list[list[Explanation]] = []
        for at, (reading, wanted) in enumerate(zip(readings, columns, strict=True)):
            weighed = self._weighed(rows, at, wanted, likeness[at])
            where = places(self._reader.matcher, reading.text, set(chain(*(one.named for one, _ in weighed))))
            explained.append([])
            for column, (reasons, start) in zip(wanted, weighed, strict=True):
                target = self._targets[column]
                answer, surely = self._answer(target, answers, at)
                indicator, sure = self._indicator(column, likeness[at], indicated[at], answer)
                explained[at].append(
                    Explanation(
                        target=target.id,
                        score=float(scores[at, column]),
                        threshold=float(self._fitted.thresholds[column]),
                        evidence=reasons.evidence(reading.text, where, start),
                        indicator=indicator,
                        indicator_confidence=sure,
                        answer=answer,
                        answer_confidence=surely,
                    )
                )
        return explained

    def _weighed(
        self, rows: csr_array, at: int, columns: Sequence[int], likeness: FloatArray
    ) -> list[tuple[Weighed, float]]:
        """Weigh the reasons of one text on some targets; with each target's starting point."""
        here = slice(rows.indptr[at], rows.indptr[at + 1])
        features, values = rows.indices[here], rows.data[here]
        weights, starts = self._fitted.line(features, values)
        near = [self._nearest(column, likeness) for column in columns]
        weighed = self._reasons.strongest(features, values[:, None] * weights[:, list(columns)], near)
        return list(zip(weighed, starts[list(columns)].tolist(), strict=True))

    def _nearest(self, column: int, likeness: FloatArray) -> Example | None:
        """Find the example of a target that a text is most like, if it is like any."""
        examples = self._of_target[column]
        if not examples.size:
            return None
        best = examples[np.argmax(likeness[examples])]
        return self._near[best] if likeness[best] >= LIKENESS else None

    def _told(self, rows: csr_array) -> csr_array:
        """Make rows whose product is likeness: the mean of the cosines over what tells examples apart, and concepts."""
        telling = csr_array(rows @ self._telling)
        return csr_array(hstack([_unit(telling), _unit(csr_array(telling @ self._concepts))], format="csr") * 0.5**0.5)

    def _answer(self, target: Target, answers: Mapping[str, FloatArray], at: int) -> tuple[str | None, float | None]:
        """Name the likeliest answer, and how likely it is; none where most likely the text speaks for none."""
        if target.id not in answers:
            return None, None
        chances = dict(zip(self._fitted.choices[target.id].answers, answers[target.id][at].tolist(), strict=True))
        if chances.pop("", 0.0) > 0.5:
            return None, None
        answer = max(chances, key=lambda one: chances[one])
        return answer, chances[answer]

    def _indicator(
        self, column: int, likeness: FloatArray, holding: frozenset[str], answer: str | None
    ) -> tuple[str | None, float | None]:
        """Name the indicator whose examples are nearest, where one is near or its own rule holds, and how sure.

        Where the text speaks for an answer, indicators that fit another one better are out of the question: on the
        labelled items the answer is right four times where the two differ and the indicator once (docs/matching.md).
        """
        indicators = [
            one
            for one, fits in zip(self._indicators[column], self._fits[column], strict=True)
            if answer is None or answer in fits
        ]
        if not indicators:
            return None, None
        holds = np.array([id in holding for id, _ in indicators])
        near = np.array([likeness[examples].max() if examples.size else 0.0 for _, examples in indicators])
        worth = near + RULE * holds
        best = int(np.argmax(worth))
        if not holds[best] and near[best] < LIKENESS:
            return None, None
        chances = np.exp(SURENESS * (worth - worth[best]))
        sure = float(1 / chances.sum())
        return (indicators[best][0], sure) if holds[best] or sure >= LEAST_SURE else (None, None)


def _telling(rows: csr_array) -> dia_array:
    """Weigh features by how few of the examples have them: what nearly all share tells no two indicators apart."""
    having = np.bincount(rows.indices, minlength=rows.shape[1])
    return diags_array(np.log((1 + rows.shape[0]) / (1 + having)))


def _unit(rows: csr_array) -> csr_array:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return csr_array(diags_array(1 / np.maximum(lengths, 1e-12)) @ rows)
