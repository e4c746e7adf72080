"""The analyst's loop of learning: verdicts in, a model fitted on them, and numbers that say what it is worth.

Like the pipeline it sees the rim through seams alone: load, decide with pure functions, save.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import numpy as np

from watchtower import classify, stories
from watchtower.errors import ModelError, UserError
from watchtower.parse.urls import canonical_url
from watchtower.seams import Classifier, Clock, Store
from watchtower.types import Analysis, Evaluation, Feed, Measurement, StoredModel, StoryItem, Verdict

log = logging.getLogger(__name__)

#: how long `learn` waits for another process that is learning
LEARN_WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an import of verdicts came to."""

    new: int
    changed: int
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What learning came to: the model that ran and the new one, measured on the same verdicts."""

    before: Evaluation
    after: Evaluation
    verdicts: int
    installed: bool
    #: why it was installed or kept out
    why: str
    #: the model that runs now
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """What the model that runs is worth."""

    evaluation: Evaluation
    model: str
    #: how many of the labelled items the model was fitted on, where they were not held out
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Teacher:
    """Takes verdicts in, learns from them, and measures."""

    analysis: Analysis
    feeds: tuple[Feed, ...]
    store: Store
    clock: Clock

    def take(self, verdicts: Sequence[Verdict]) -> Taken:
        """Keep judgements; one that says what is known already changes nothing, not even its date.

        A judgement of an item that is stored, by id or by address and title, becomes that item's.
        """
        known = {verdict.item_id: verdict for verdict in self.store.verdicts()}
        given = {verdict.item_id: verdict for verdict in map(self._placed, verdicts)}
        other = [verdict for id, verdict in given.items() if not _same(known.get(id), verdict)]
        self.store.save_verdicts(other)
        new = sum(verdict.item_id not in known for verdict in other)
        return Taken(new=new, changed=len(other) - new, known=len(verdicts) - len(other))

    def verdicts(self) -> list[Verdict]:
        """List every judgement, oldest first."""
        return self.store.verdicts()

    def learn(self, beta: float = 1.0) -> Learned:
        """Fit on the analysis and all verdicts, and install the model unless it measures worse than what runs.

        Both are measured on the same folds of verdicts, each item by models that had not seen it nor a copy of it.
        What counts is the mean of macro F-beta and macro average precision. Raises ``UserError`` without verdicts.
        """
        with self.store.exclusive("learn", wait_seconds=LEARN_WAIT_SECONDS):
            verdicts, lessons = self._lessons()
            slices = self._slices(verdicts)
            running, model = current(self.analysis, self.store, self.clock)
            after = classify.evaluate(lessons.judged(_all(verdicts), beta, slices), beta)
            before = self._held_out(lessons, running, model, verdicts, beta, slices)
            better, why = _decide(before, after)
            if better:
                # later than what runs even where the clock stands still: the newest is the one that is loaded
                made = max(self.clock(), model.made + timedelta(microseconds=1))
                _, model = classify.fit_learned(lessons, verdicts, beta, made)
                self.store.save_model(model)
            self._note(after if better else before, model)
        return Learned(
            before=before, after=after, verdicts=len(verdicts), installed=better, why=why, model=model.id
        )  # fmt: skip

    def evaluate(self, labelled: Sequence[Verdict] | None = None, beta: float = 1.0) -> Evaluated:
        """Measure the model that runs: on the stored verdicts, each held out from its fit, or on items given."""
        running, model = current(self.analysis, self.store, self.clock)
        if labelled is None:
            verdicts, lessons = self._lessons()
            made = self._held_out(lessons, running, model, verdicts, beta, self._slices(verdicts))
            self._note(made, model)
            return Evaluated(evaluation=made, model=model.id, seen=0)
        if not labelled:
            raise UserError("the file has no labelled items")
        placed = [self._placed(verdict) for verdict in labelled]
        rows = classify.taught(self.analysis, placed)
        scored = classify.score(running, self.analysis, rows, self._slices(placed))
        return Evaluated(
            evaluation=classify.evaluate(scored, beta), model=model.id, seen=self._seen(model, placed)
        )  # fmt: skip

    def _note(self, evaluation: Evaluation, model: StoredModel) -> None:
        self.store.save_measurement(Measurement.of(evaluation, model.id, self.clock()))

    def _lessons(self) -> tuple[list[Verdict], classify.Lessons]:
        ids = {target.id for target in self.analysis.targets}
        verdicts = [verdict for verdict in self.store.verdicts() if ids.intersection(verdict.judged)]
        if not verdicts:
            raise UserError("there are no verdicts on this analysis; `watchtower verdicts import FILE` takes some in")
        return verdicts, classify.Lessons.of(self.analysis, verdicts, copies(verdicts))

    def _held_out(
        self,
        lessons: classify.Lessons,
        running: Classifier,
        model: StoredModel,
        verdicts: Sequence[Verdict],
        beta: float,
        slices: Mapping[str, Sequence[str]],
    ) -> Evaluation:
        if model.beta is None:
            return classify.evaluate(lessons.judged_by(running, slices), beta)
        used = np.array([verdict.item_id in set(model.verdicts) for verdict in verdicts], dtype=bool)
        return classify.evaluate(lessons.judged(used, model.beta, slices), beta)

    def _seen(self, model: StoredModel, labelled: Sequence[Verdict]) -> int:
        ids = set(model.verdicts)
        texts = {(verdict.title, verdict.summary) for verdict in self.store.verdicts() if verdict.item_id in ids}
        return sum(one.item_id in ids or (one.title, one.summary) in texts for one in labelled)

    def _placed(self, verdict: Verdict) -> Verdict:
        """Give a judgement the id of the stored item that it is about, where there is one."""
        address = canonical_url(verdict.url) if verdict.url else None
        if self.store.item(verdict.item_id) is not None or address is None:
            return verdict
        same = [one.item.id for one in self.store.items_at(address) if one.item.title == verdict.title]
        return replace(verdict, item_id=same[0]) if same else verdict

    def _slices(self, verdicts: Sequence[Verdict]) -> dict[str, list[str]]:
        kinds = {name.casefold(): feed.kind for feed in self.feeds for name in (feed.owner, feed.title, feed.id)}
        by_feed = {feed.id: feed.kind for feed in self.feeds}
        by_site = {site: feed.kind for feed in reversed(self.feeds) if (site := _site(feed.url))}

        def kind(verdict: Verdict) -> str:
            stored = self.store.item(verdict.item_id)
            found = by_feed.get(stored.item.feed_id) if stored else None
            return found or kinds.get(verdict.publisher.casefold()) or by_site.get(_site(verdict.url), "unknown")

        languages = [verdict.language or "unknown" for verdict in verdicts]
        return {"language": languages, "source kind": [kind(verdict) for verdict in verdicts]}


def current(analysis: Analysis, store: Store | None, clock: Clock) -> tuple[Classifier, StoredModel]:
    """Load the model that runs for this analysis as it is now; where there is none that can be read, fit and keep it.

    Once a model has learned from verdicts, every later one does: an edit of the analysis is a new configuration, for
    which it is fitted again on the analysis and all verdicts.
    """
    kept = store.model(analysis.version, classify.FORMAT) if store else None
    learned = store.learned_model(analysis.id) if store else None
    if kept and _runs(kept, learned):
        try:
            return classify.load_classifier(analysis, kept), kept
        except ModelError as error:
            log.warning("%s; fitting it again", error)
    made = clock() if kept is None else max(clock(), kept.made + timedelta(microseconds=1))
    fitted, model = _fitted(analysis, store, learned, made)
    if store:
        store.save_model(model)
    return fitted, model


def stored(analysis: Analysis, store: Store) -> StoredModel | None:
    """Give the stored model that runs for this analysis as it is now; None where it has to be fitted first."""
    kept = store.model(analysis.version, classify.FORMAT)
    return kept if kept and _runs(kept, store.learned_model(analysis.id)) else None


def _runs(kept: StoredModel, learned: StoredModel | None) -> bool:
    return learned is None or kept.made >= learned.made


def _fitted(
    analysis: Analysis, store: Store | None, learned: StoredModel | None, made: datetime
) -> tuple[Classifier, StoredModel]:
    ids = {target.id for target in analysis.targets}
    given = store.verdicts() if store and learned else []
    verdicts = [verdict for verdict in given if ids.intersection(verdict.judged)]
    if learned is None or learned.beta is None or not verdicts:
        return classify.fit_classifier(analysis, made)
    log.info("the analysis or watchtower changed: fitting the model again, on %d verdicts too", len(verdicts))
    lessons = classify.Lessons.of(analysis, verdicts, copies(verdicts))
    return classify.fit_learned(lessons, verdicts, learned.beta, made)


def copies(verdicts: Sequence[Verdict]) -> list[str]:
    """Name for each verdict the story that its text is a copy of, whenever it was judged."""
    if not verdicts:
        return []
    items = [
        StoryItem(
            item_id=verdict.item_id,
            feed_id=verdict.item_id,  # each from elsewhere: within a feed, like headlines are taken for a series
            title=verdict.title,
            summary=verdict.summary,
            language=verdict.language,
            dated=verdicts[0].at,
        )
        for verdict in verdicts
    ]
    grouped = stories.group(items).stories
    return [grouped[verdict.item_id] for verdict in verdicts]


def _site(address: str | None) -> str:
    """Return the host of an address, without the www; of none, nothing."""
    return (urlsplit(address or "").hostname or "").removeprefix("www.")


def _all(verdicts: Sequence[Verdict]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.ones(len(verdicts), dtype=bool)


def _same(known: Verdict | None, given: Verdict) -> bool:
    return known is not None and replace(known, at=given.at, by=given.by, source=given.source) == given


def _decide(before: Evaluation, after: Evaluation) -> tuple[bool, str]:
    was, would = _worth(before), _worth(after)
    if was is None or would is None:
        return False, "too few labels: no target has ten verdicts that say it belongs, so nothing can be measured"
    if would < was:
        return False, f"the new model measures worse: {would:.3f} against {was:.3f} (mean of macro F and AP)"
    return True, f"the new model measures no worse: {would:.3f} against {was:.3f} (mean of macro F and AP)"


def _worth(evaluation: Evaluation) -> float | None:
    f, precision = (evaluation.macro.figures[name] for name in ("f_beta", "average_precision"))
    return None if f is None or precision is None else (f + precision) / 2
