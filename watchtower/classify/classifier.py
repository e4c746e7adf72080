"""The classifier of one analysis: texts in, scores, matches and reasons out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array, vstack

from watchtower.classify.explaining import Explainer
from watchtower.classify.fitting import FloatArray
from watchtower.classify.model import Model
from watchtower.classify.needed import Needs
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
        self._needs = Needs(analysis, reader.matcher)

    def classify(self, texts: Sequence[Text]) -> list[Classified]:
        """Score texts, in order; see ``Classifier``."""
        if not texts:
            return []
        readings = self._reader.read(texts)
        rows = self._rows(readings)
        scores = _probability(self._fitted.log_odds(rows))
        matches = self._matches(readings, rows, scores)
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
        readings = self._reader.read([text])
        rows = self._rows(readings)
        scores = _probability(self._fitted.log_odds(rows))
        explained = self._explainer.explain(readings, rows, scores, [range(len(self._fitted.targets))])[0]
        return self._needs.added(readings[0], explained, self._scores)

    def _scores(self, texts: Sequence[Text]) -> FloatArray:
        return _probability(self._fitted.log_odds(self._rows(self._reader.read(texts))))

    def _rows(self, readings: Sequence[Reading]) -> csr_array:
        """Make the rows of texts; those are read word by word whose concepts bring them near a target."""
        vectors = self._fitted.vectors
        flags = self._reader.flags(readings)
        rows = vectors.rows(flags)
        near = np.flatnonzero(self._fitted.worth_reading(rows))
        read = vectors.rows([{**flags[at], **self._reader.words(readings[at])} for at in near.tolist()])
        order = np.arange(len(readings))
        order[near] = len(readings) + np.arange(len(near))
        return csr_array(vstack([rows, read], format="csr")[order])

    def _matches(
        self, readings: Sequence[Reading], rows: csr_array, scores: FloatArray
    ) -> dict[int, tuple[Match, ...]]:
        """Explain the scores that reach their thresholds: the matches of each text that has some, by its place."""
        matched = scores >= self._fitted.thresholds
        some = np.flatnonzero(matched.any(axis=1)).tolist()
        columns = [np.flatnonzero(matched[at]).tolist() for at in some]
        explained = self._explainer.explain([readings[at] for at in some], rows[some], scores[some], columns)
        return {
            at: tuple(self._match(readings[at].text, one) for one in each)
            for at, each in zip(some, explained, strict=True)
        }

    def _match(self, text: Text, explained: Explanation) -> Match:
        return Match(
            item_id=text.id,
            target=explained.target,
            revision=text.revision,
            score=explained.score,
            threshold=explained.threshold,
            evidence=explained.evidence,
            indicator=explained.indicator,
            indicator_confidence=explained.indicator_confidence,
            answer=explained.answer,
            answer_confidence=explained.answer_confidence,
            model=self.model,
            configuration=self.configuration,
        )


def _probability(log_odds: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -40, 40))))
