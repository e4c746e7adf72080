"""From stored items to matches and stories."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from watchtower import stories
from watchtower.seams import Classifier, Naming, Store
from watchtower.types import Classified

#: items grouped in one go: the stories around them are read once a batch, so large batches pay (benchmarks/stories.py)
GROUPED_A_BATCH = 50_000
#: items classified in one go: with bodies, 5,000 took 718 MiB and 1,000 take 308, in the same time
CLASSIFIED_A_BATCH = 1000


def group_new(
    store: Store,
    naming: Naming,
    stopping: Callable[[], bool] = lambda: False,
    on_batch: Callable[[int], None] = lambda items: None,
) -> tuple[int, int]:
    """Put every item in view of a target that has no story yet into one; how many stories grew and how many began."""
    grown = begun = 0
    while not stopping() and (ungrouped := store.ungrouped(GROUPED_A_BATCH)):
        new = stories.named(ungrouped, naming)
        since, until = new[0].dated - stories.WINDOW, new[-1].dated + stories.WINDOW
        strands = stories.touched(new, stories.named(store.story_items(since, until), naming))
        members = stories.named(store.strand_items(strands), naming)
        grouping = stories.group([*new, *members])
        assert grouping.stories.keys() >= {item.item_id for item in new}, "grouping left items out"
        store.save_grouping(grouping)
        there = {item.story for item in members}
        touched = set(grouping.stories.values())
        grown += len(touched & there)
        begun += len(touched - there)
        on_batch(len(new))
    return grown, begun


def classify_new(
    store: Store,
    classifier: Callable[[], Classifier],
    stopping: Callable[[], bool] = lambda: False,
    on_batch: Callable[[int], None] = lambda items: None,
    before_saving: Callable[[Sequence[Classified]], None] = lambda classified: None,
) -> int:
    """Classify every item revision that no model has read yet; how many matches that made.

    ``before_saving`` is told of each batch first, so that what it notes is not lost to a crash in between.
    """
    matches = 0
    while not stopping() and (texts := store.unclassified(CLASSIFIED_A_BATCH)):
        model = classifier()
        classified = model.classify(texts)
        assert len(classified) == len(texts), "the classifier left texts out"
        before_saving(classified)
        store.save_classified(classified, model.model, model.configuration)
        matches += sum(len(one.matches) for one in classified)
        on_batch(len(texts))
    return matches
