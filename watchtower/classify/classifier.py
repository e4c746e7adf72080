"""The classifier of one analysis: texts in, scores, matches and reasons out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from watchtower.classify.explaining import Explainer
from watchtower.classify.fitting import FloatArray
from watchtower.classify.model import Model
from watchtower.classify.reading import Reader
from watchtower.classify.when import Reading
from watchtower.types import Analysis, Classified, Explanation, Match, Text


class TextClassifier:
    """Implements the ``Classifier`` seam with a fitted model.

    Scores are probabilities; a text's scores do not depend on the batch it comes in.
    """

    def __init__(self, analysis: Analysis, reader: Reader, fitted: Model, *, model: str) -> None:
        self.model = model
        self.configuration = analysis.version
        self._reader = reader
        self._fitted = fitted
        self._explainer = Explainer(analysis, reader, fitted)

    def classify(self, texts: Sequence[Text]) -> list[Classified]:
        """Score texts, in order; see ``Classifier``."""
        readings = [self._reader.read(text) for text in texts]
        rows = self._rows(readings)
        scores = _probability(self._fitted.log_odds(rows))
        matched = scores >= self._fitted.thresholds
        matches = {
            at: self._matches(readings[at], rows[[at]], scores[at], np.flatnonzero(matched[at]).tolist())
            for at in np.flatnonzero(matched.any(axis=1)).tolist()
        }
        ids = self._fitted.targets
        return [
            Classified(
                item_id=text.id,
                revision=text.revision,
                scores=dict(zip(ids, values, strict=True)),
                matches=matches.get(at, ()),
            )
            for at, (text, values) in enumerate(zip(texts, scores.tolist(), strict=True))
        ]

    def explain(self, text: Text) -> list[Explanation]:
        """Say for every target why the text does or does not match."""
        reading = self._reader.read(text)
        row = self._rows([reading])
        scores = _probability(self._fitted.log_odds(row))[0]
        return self._explainer.explain(reading, row, scores, range(len(scores)))

    def _rows(self, readings: Sequence[Reading]) -> csr_array:
        """Make the rows of texts; those are read word by word whose concepts bring them near a target."""
        features = [self._reader.flags(reading) for reading in readings]
        vectors = self._fitted.vectors
        near = self._fitted.worth_reading(vectors.rows(features))
        for at in np.flatnonzero(near).tolist():
            features[at] += self._reader.words(readings[at])
        return vectors.rows(features)

    def _matches(
        self, reading: Reading, row: csr_array, scores: FloatArray, columns: Sequence[int]
    ) -> tuple[Match, ...]:
        return tuple(
            Match(
                item_id=reading.text.id,
                target=one.target,
                revision=reading.text.revision,
                score=one.score,
                threshold=one.threshold,
                evidence=one.evidence,
                indicator=one.indicator,
                answer=one.answer,
                model=self.model,
                configuration=self.configuration,
            )
            for one in self._explainer.explain(reading, row, scores, columns)
        )


def _probability(log_odds: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -40, 40))))
