"""Pure: which items bear on which targets, how sure, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np

from watchtower.classify.classifier import TextClassifier
from watchtower.classify.concepts import ConceptMatcher
from watchtower.classify.learning import Lessons, score
from watchtower.classify.measure import evaluate
from watchtower.classify.model import fit
from watchtower.classify.picture import reliability_picture
from watchtower.classify.reading import Reader
from watchtower.classify.saved import FORMAT, from_bytes, to_bytes
from watchtower.classify.training import labelled, taught
from watchtower.types import Analysis, StoredModel, Verdict, stable_id

__all__ = [
    "FORMAT",
    "Lessons",
    "evaluate",
    "fit_classifier",
    "fit_learned",
    "load_classifier",
    "naming",
    "reliability_picture",
    "score",
    "taught",
]


def naming(analysis: Analysis) -> Callable[[Sequence[str]], list[frozenset[str]]]:
    """Make what names the concepts of texts, for grouping: what several languages have in common."""
    return ConceptMatcher(analysis.concepts).named


def fit_classifier(analysis: Analysis, now: datetime) -> tuple[TextClassifier, StoredModel]:
    """Fit the classifier of an analysis on its own examples; with the model as bytes, to be kept.

    A model fitted again is another model, by the time: a store that holds a damaged one takes it as the newer.
    """
    reader = Reader(analysis)
    fitted = fit(analysis, reader, labelled(analysis))
    id = stable_id("model", str(FORMAT), analysis.version, now.isoformat())
    kept = StoredModel(
        id=id, configuration=analysis.version, format=FORMAT, made=now, data=to_bytes(fitted), analysis=analysis.id
    )
    return TextClassifier(analysis, reader, fitted, model=id), kept


def fit_learned(
    lessons: Lessons, verdicts: Sequence[Verdict], beta: float, now: datetime
) -> tuple[TextClassifier, StoredModel]:
    """Fit the classifier of an analysis on its own examples and all these verdicts, those that ``lessons`` hold."""
    analysis = lessons.analysis
    fitted = lessons.fit(np.ones(len(verdicts), dtype=bool), beta)
    id = stable_id("model", str(FORMAT), analysis.version, str(beta), now.isoformat())
    kept = StoredModel(
        id=id,
        configuration=analysis.version,
        format=FORMAT,
        made=now,
        data=to_bytes(fitted),
        analysis=analysis.id,
        beta=beta,
        verdicts=tuple(verdict.item_id for verdict in verdicts),
    )
    return TextClassifier(analysis, lessons.reader, fitted, model=id), kept


def load_classifier(analysis: Analysis, kept: StoredModel) -> TextClassifier:
    """Make the classifier of a stored model again. Raises ``ModelError`` where the bytes cannot be read."""
    return TextClassifier(analysis, Reader(analysis), from_bytes(kept.data), model=kept.id)
