"""What the feeds could have shown: how much of what bears on a target was read, and on which days.

A target is not reported by all feeds alike. Each feed's share is the part of its items that matched the target, shrunk
towards the share of all feeds; what a day's items let expect is the sum of items times shares (indirect
standardization). So a lost feed that reports on little else weighs more than a lost feed that never does. A feed that
brings more than it usually does counts as usual: it may bring more because of what happened, which explains nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter

import numpy as np

from watchtower.assess.baseline import BoolArray, FloatArray
from watchtower.assess.data import AssessData, Windows, parted
from watchtower.types import Feed, Sighting

#: items by which a feed's share is shrunk towards that of all feeds
SHRINKING = 50.0
#: a feed that brings at least so many items a day and brought none was not really read, though it answered
BUSY = 10.0
#: items a day that a feed is taken to bring at least, so that each counts for something
LEAST = 0.1
#: share of what is usually read from which a day is covered
COVERED = 0.75
#: a day before most of today's feeds were known covers nothing: they must make up this share of what there is now
KNOWN = 1 / 3


class Exposure:
    """Feeds against targets and days. Rows of ``items`` and ``read`` are days, the period last; columns are feeds."""

    def __init__(self, data: AssessData) -> None:
        self.feeds: tuple[Feed, ...] = tuple(feed for feed in data.feeds if feed.enabled)
        self._column = {feed.id: number for number, feed in enumerate(self.feeds)}
        self._data = data
        #: the matches of these feeds: what is not asked any more would else be missed in the period
        self.sightings: tuple[Sighting, ...] = tuple(one for one in data.sightings if one.feed in self._column)
        self.items = self._matrix((*data.delivered, data.delivered_now))

    def shares(self, target: str) -> FloatArray:
        """Say for each feed which part of its items matches the target."""
        matched, delivered = self._matched.get(target, np.zeros(len(self.feeds))), self._delivered
        # half an item more than there were: what has never matched is not impossible
        overall = (matched.sum() + 0.5) / max(delivered.sum(), 1.0)
        shares: FloatArray = (matched + SHRINKING * overall) / (delivered + SHRINKING)
        return shares

    def parts(self, target: str) -> FloatArray:
        """What the items of each part, the period last, let expect of the target, in matching items."""
        return self._parts @ self.shares(target)

    def weight(self, target: str) -> FloatArray:
        """What each feed lets expect of the target on a usual day, in matching items."""
        weight: FloatArray = self.shares(target) * self._usual
        return weight

    def covered(self, target: str) -> BoolArray:
        """Tell of each day, the period last, whether the feeds that report on the target were read."""
        weight = self.weight(target)
        there, read = self.there @ weight, self.read @ weight
        covered: BoolArray = (there >= KNOWN * weight.sum()) & (there > 0) & (read >= COVERED * there)
        return covered

    def reporting(self, target: str) -> BoolArray:
        """Tell of each feed whether it has reported on the target."""
        return self._matched.get(target, np.zeros(len(self.feeds))) > 0

    @cached_property
    def read(self) -> BoolArray:
        """Whether each feed was read on each day: it brought items, or answered and is none that always brings some."""
        silent = (self.items == 0) & (self._usual >= BUSY)
        read: BoolArray = self._answered & ~silent
        return read

    @cached_property
    def there(self) -> BoolArray:
        """Whether each feed was known on each day: it had been read then or before."""
        return np.logical_or.accumulate(self.read, axis=0)

    @cached_property
    def _answered(self) -> BoolArray:
        """Whether each feed answered on each day, or brought items that are dated on it."""
        answered: BoolArray = self.items > 0
        windows = Windows((*self._data.days, self._data.now))
        for one in self._data.reads:
            column = self._column.get(one.feed)
            # a UTC date meets two local days: its first answer tells of the one, its last of the other
            for row in (windows.at(one.first), windows.at(one.last)):
                if row is not None and column is not None:
                    answered[row, column] = True
        return answered

    @cached_property
    def _usual(self) -> FloatArray:
        """Items that each feed brings a day, on the days on which it answered; a little for one that brings none."""
        usual: FloatArray = np.maximum(self.items.sum(axis=0) / np.maximum(self._answered.sum(axis=0), 1), LEAST)
        return usual

    @cached_property
    def _parts(self) -> FloatArray:
        """Items of each part, the period last, by feed: more than a feed usually brings is not more that was read."""
        items, usual = self._brought, self._middle
        lengths = np.ones(len(items))
        if self._data.parts:
            part = self._data.parts[-1]
            lengths[-1] = (self._data.now.until - self._data.now.since) / (part.until - part.since)
        capped: FloatArray = np.minimum(items, np.where(usual > 0, usual * lengths[:, None], np.inf))
        return capped

    @cached_property
    def _middle(self) -> FloatArray:
        """The middle of what each feed brought in the parts in which it brought anything; 0 where it never did."""
        past = np.where(self._brought[:-1] > 0, self._brought[:-1], np.nan)
        known = ~np.isnan(past).all(axis=0)
        middle = np.zeros(past.shape[1])
        middle[known] = np.nanmedian(past[:, known], axis=0)
        return middle

    @cached_property
    def _brought(self) -> FloatArray:
        return self._matrix((*self._data.delivered_parts, self._data.delivered_now))

    @cached_property
    def _delivered(self) -> FloatArray:
        delivered: FloatArray = self._brought[:-1].sum(axis=0)
        return delivered

    @cached_property
    def _matched(self) -> Mapping[str, FloatArray]:
        found = {target.id: np.zeros(len(self.feeds)) for target in self._data.analysis.targets}
        pairs = map(attrgetter("target", "feed"), chain.from_iterable(parted(self.sightings, self._data.parts)))
        for (target, feed), count in Counter(pairs).items():
            if target in found:
                found[target][self._column[feed]] = count
        return found

    def _matrix(self, delivered: Sequence[Mapping[str, int]]) -> FloatArray:
        matrix = np.zeros((len(delivered), len(self.feeds)))
        for row, counts in enumerate(delivered):
            for feed, count in counts.items():
                if feed in self._column:
                    matrix[row, self._column[feed]] = count
        return matrix
