"""Classifying while the items still come: what a large pull brings is read in another process meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from watchtower.pipeline.parts import Aside, Parts
from watchtower.pipeline.taking_in import CLASSIFIED_A_BATCH, classify_new
from watchtower.types import Classified, Item, Text

#: new items from which on it pays to start another process, which takes as long as reading thousands of them here
ENOUGH = 2_000
#: texts read from the store in one go where both processes take from them
SHARED = 2_000
#: how long to wait for an answer before looking again whether to stop
WAIT_SECONDS = 0.2


class Beside:
    """Classifies what a pull stores; once that is much, in another process too, and while the rest is collected.

    What that process is given and does not answer is read here, so that it can break down at any time.
    ``before_saving`` and ``on_batch`` are those of ``classify_new``. It must be closed.
    """

    def __init__(
        self,
        tower: Parts,
        before_saving: Callable[[Sequence[Classified]], None] = lambda classified: None,
        on_batch: Callable[[int], None] = lambda items: None,
    ) -> None:
        self._tower, self._before_saving, self._on_batch = tower, before_saving, on_batch
        self._aside: Aside | None = None
        self._asked = False
        self._stored = 0
        self._texts: list[Text] = []
        self._matches = 0

    def stored(self, items: Sequence[Item]) -> None:
        """Hear of items that are stored and not classified yet."""
        self._stored += len(items)
        if self._stored >= ENOUGH and not self._asked:
            self._aside, self._asked = self._tower.aside(), True
        if self._aside is None:
            return
        self._texts += map(Text.of, items)
        while len(self._texts) >= CLASSIFIED_A_BATCH:
            # what is not taken is in the store, and read from there when all has come
            self._aside.take(self._texts[:CLASSIFIED_A_BATCH])
            del self._texts[:CLASSIFIED_A_BATCH]
        self._save_done(self._aside)

    def finish(self, stopping: Callable[[], bool]) -> int:
        """Classify every item revision that no model has read yet; how many matches were made in all.

        On a stop, what the other process has answered by then is kept.
        """
        if self._aside:
            self._share(self._aside, stopping)
            self._save_done(self._aside)
            self.close()
        here = classify_new(self._tower.store, self._tower.classifier, stopping, self._on_batch, self._before_saving)
        return self._matches + here

    def close(self) -> None:
        """Let go of the other process; closing twice is fine."""
        if self._aside:
            self._aside.close()
            self._aside = None

    def _share(self, aside: Aside, stopping: Callable[[], bool]) -> None:
        """Classify what is left, here and there, until nothing is."""
        left: list[Text] = []
        while not stopping():
            self._save_done(aside)
            away = aside.under_way
            if not left:
                left = [one for one in self._tower.store.unclassified(SHARED + len(away)) if one.id not in away]
            if not left and not away:
                return
            batch, rest = left[:CLASSIFIED_A_BATCH], left[CLASSIFIED_A_BATCH:]
            if batch and len(away) <= CLASSIFIED_A_BATCH and aside.take(batch):
                left = rest
            elif batch and not aside.is_fitting:
                model = self._tower.classifier()
                self._save(model.classify(batch), model.model, model.configuration)
                left = rest
            else:
                self._save_done(aside, WAIT_SECONDS)

    def _save_done(self, aside: Aside, wait_seconds: float = 0) -> None:
        for classified in aside.done(wait_seconds):
            self._save(classified, aside.model, aside.configuration)

    def _save(self, classified: Sequence[Classified], model: str, configuration: str) -> None:
        self._before_saving(classified)
        self._tower.store.save_classified(classified, model, configuration)
        self._matches += sum(len(one.matches) for one in classified)
        self._on_batch(len(classified))
