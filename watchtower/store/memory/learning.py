"""Verdicts and models."""

from __future__ import annotations

from collections.abc import Sequence

from watchtower.store.memory.base import Base, in_utc
from watchtower.store.texts import storable_verdict
from watchtower.types import Measurement, StoredModel, Verdict


class Learning(Base):
    """Keep what the analyst said, and what was learned from it."""

    def __init__(self) -> None:
        super().__init__()
        self._models: dict[str, StoredModel] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._measurements: dict[str, Measurement] = {}

    # --- verdicts
    def save_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """See ``seams.Store``."""
        given = [in_utc(storable_verdict(verdict)) for verdict in verdicts]
        with self._turn():
            for verdict in given:
                known = self._verdicts.get(verdict.item_id)
                if known is None or verdict.at >= known.at:
                    self._verdicts[verdict.item_id] = verdict

    def verdicts(self) -> list[Verdict]:
        """See ``seams.Store``."""
        with self._turn():
            return sorted(self._verdicts.values(), key=lambda verdict: (verdict.at, verdict.item_id))

    # --- models
    def model(self, configuration: str, format: int) -> StoredModel | None:
        """See ``seams.Store``."""
        with self._turn():
            fitting = [m for m in self._models.values() if (m.configuration, m.format) == (configuration, format)]
        return max(fitting, key=lambda model: (model.made, model.id), default=None)

    def learned_model(self, analysis: str) -> StoredModel | None:
        """See ``seams.Store``."""
        with self._turn():
            fitting = [m for m in self._models.values() if m.analysis == analysis and m.beta is not None]
        return max(fitting, key=lambda model: (model.made, model.id), default=None)

    def newest_model(self) -> str | None:
        """See ``seams.Store``."""
        with self._turn():
            newest = max(self._models.values(), key=lambda model: (model.made, model.id), default=None)
        return newest.id if newest else None

    def save_model(self, model: StoredModel) -> None:
        """See ``seams.Store``."""
        with self._turn():
            self._models.setdefault(model.id, in_utc(model))

    def save_measurement(self, measurement: Measurement) -> None:
        """See ``seams.Store``."""
        given = in_utc(measurement)
        with self._turn():
            known = self._measurements.get(given.model)
            if known is None or given.at >= known.at:
                self._measurements[given.model] = given

    def measurement(self, model: str) -> Measurement | None:
        """See ``seams.Store``."""
        with self._turn():
            return self._measurements.get(model)
