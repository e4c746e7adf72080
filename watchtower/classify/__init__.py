"""Pure: which items bear on which targets, how sure, and why."""

from __future__ import annotations

from datetime import datetime

from watchtower.classify.classifier import TextClassifier
from watchtower.classify.model import fit
from watchtower.classify.reading import Reader
from watchtower.classify.saved import FORMAT, from_bytes, to_bytes
from watchtower.classify.training import labelled
from watchtower.types import Analysis, StoredModel, stable_id

__all__ = ["FORMAT", "fit_classifier", "load_classifier"]


def fit_classifier(analysis: Analysis, now: datetime) -> tuple[TextClassifier, StoredModel]:
    """Fit the classifier of an analysis on its own examples; with the model as bytes, to be kept."""
    reader = Reader(analysis)
    fitted = fit(analysis, reader, labelled(analysis))
    id = stable_id("model", str(FORMAT), analysis.version)
    kept = StoredModel(id=id, configuration=analysis.version, format=FORMAT, made=now, data=to_bytes(fitted))
    return TextClassifier(analysis, reader, fitted, model=id), kept


def load_classifier(analysis: Analysis, kept: StoredModel) -> TextClassifier:
    """Make the classifier of a stored model again. Raises ``ModelError`` where the bytes cannot be read."""
    return TextClassifier(analysis, Reader(analysis), from_bytes(kept.data), model=kept.id)
