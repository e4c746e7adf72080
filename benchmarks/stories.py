"""How well and how fast items are grouped into stories.

``python benchmarks/stories.py [ITEMS]`` prints, on judged pairs of real news if they are beside the project
(``../shared/eval/pairs.jsonl``: ``copy``, ``same-story`` and ``different``), how many of each kind come into one story,
and precision, recall and F1 on copies against all else and on same-story pairs against different ones, all grouped in
one batch; the same on judged pairs of feeds' items, which are short (``_story_pairs.py``); and of the copies of what
matches the shipped analysis, how many would be lost to their story if only what is near, or in view of, a target were
grouped. Before that, items a second on made-up news of 11,000 items a day, half of it on twenty subjects, stored and
grouped as the pipeline does it, at a few sizes, which shows how time and memory grow, and how long a hundred more items
take: with one item in thirty in view of a target, as in a stream of news, and with every item, which is the most there
can be.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path

from benchmarks._story_pairs import EVAL, REPLAY, judged
from watchtower import build
from watchtower.config import load
from watchtower.pipeline.taking_in import group_new
from watchtower.seams import Store
from watchtower.store import open_store
from watchtower.stories import group
from watchtower.stories.reading import Reading
from watchtower.stories.same import link
from watchtower.text import plain
from watchtower.types import Archived, Classified, Item, StoryItem, Text

ROOT = Path(__file__).parents[1]
PAIRS = ROOT.parent / "shared" / "eval" / "pairs.jsonl"
#: one item in so many is in view of a target, as measured on 5,000 items of background news and rounded up
IN_VIEW_ONE_IN = 30
#: a million items in ninety days
PER_DAY = 11_000
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SYLLABLES = "ba de fi go lu mar nen pol rak sta tir ven zor kel dam hus lin ock per qua".split()


def pair_item(id: str, text: dict[str, str]) -> StoryItem:
    """Make an item of one side of a pair; a pair without times is of one hour."""
    written = text.get("published")
    dated = datetime.fromisoformat(written) if written else NOON
    return StoryItem(
        item_id=id,
        feed_id=text.get("source", id),
        title=plain(text["title"]),
        summary=plain(text["text"]),
        language=None,
        dated=dated if dated.tzinfo else dated.replace(tzinfo=UTC),
    )


def quality(pairs: Sequence[dict[str, object]]) -> dict[str, float]:
    """Group every pair's items in one batch: how many of each kind are joined, and how well that tells them apart.

    Two questions are asked of the same grouping: does it join copies and nothing else, ``same-story`` pairs counted as
    wrong, and does it join what was judged the same story, of the pairs that are no copies.
    """
    items = [pair_item(f"{side}{n}", pair[side]) for n, pair in enumerate(pairs) for side in "ab"]  # type: ignore[arg-type]  # a JSON object
    stories = group(items).stories
    of = Counter(str(pair["kind"]) for pair in pairs)
    joined = Counter(str(pair["kind"]) for n, pair in enumerate(pairs) if stories[f"a{n}"] == stories[f"b{n}"])
    shares = {f"{kind} joined": joined[kind] / of[kind] for kind in ("copy", "same-story", "different")}
    copies = _scores("copies", joined["copy"], sum(joined.values()), of["copy"])
    judged = joined["same-story"] + joined["different"]
    return {**shares, **copies, **_scores("same story", joined["same-story"], judged, of["same-story"])}


def _scores(what: str, right: int, joined: int, wanted: int) -> dict[str, float]:
    precision, recall = right / max(joined, 1), right / max(wanted, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {f"precision, {what}": precision, f"recall, {what}": recall, f"F1, {what}": f1}


def in_brief() -> Iterator[str]:
    """Say how well pairs of real feeds' items, most of them a headline and a sentence, are told apart, set by set.

    Every pair is decided by the two alone, as links are; in a story a third can keep two apart, or bring them together.
    """
    for name, pairs in judged().items():
        for label, some in (("all", pairs), ("sure", [pair for pair in pairs if pair[3]])):
            linked = [link(Reading(one), Reading(other)) is not None for one, other, _, _ in some]
            right = sum(found and same for found, (_, _, same, _) in zip(linked, some, strict=True))
            wanted = sum(same for _, _, same, _ in some)
            values = _scores("", right, sum(linked), wanted).values()
            precision, recall, f1 = (f"{value:.2f}" for value in values)
            counts = f"{len(some):4d} pairs, {wanted:3d} one story"
            yield f"{name:14s} {label:5s} {counts}: precision {precision}, recall {recall}, F1 {f1}"


def lost(pairs: Sequence[dict[str, object]]) -> dict[str, float]:
    """Of the ``copy`` pairs of which one or both match the shipped analysis, how many have one that is not near, ..."""
    texts = [
        pair_item(f"{side}{n}", pair[side]) for n, pair in enumerate(pairs) for side in "ab" if pair["kind"] == "copy"
    ]  # type: ignore[arg-type]  # a JSON object
    read = build.classifier(load(ROOT, {})).classify(
        [Text(id=one.item_id, title=one.title, summary=one.summary) for one in texts]
    )
    told = [(a, b) for a, b in zip(read[::2], read[1::2], strict=True) if a.matches or b.matches]
    return {
        "copies of a match": len(told),
        "one of them not near": sum(not (a.is_near and b.is_near) for a, b in told),
        "one not in view": sum(not (a.is_in_view and b.is_in_view) for a, b in told),
    }


def made_up(size: int, per_day: int = 10**9) -> Iterator[StoryItem]:
    """Invent news in order of time: one item in ten is a copy of a recent one, one in ten a retelling.

    Half of the items are about twenty subjects, each with words and numbers of its own that thousands of items a day
    share.
    """
    rng = random.Random(0)
    words = ["".join(rng.choices(SYLLABLES, k=rng.choice((1, 2, 2, 3)))) for _ in range(20_000)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    subjects = [[*rng.sample(words, 60), *map(str, rng.sample(range(20, 900), 6))] for _ in range(20)]
    recent: deque[tuple[str, str]] = deque(maxlen=2_000)
    for number in range(size):
        chance, on_subject = rng.random(), rng.random() < 0.5
        drawn = rng.choices(words, cum_weights=weights, k=20 if on_subject else 40)
        if on_subject:
            drawn += rng.choices(subjects[rng.randrange(20)], k=20)
            rng.shuffle(drawn)
        title, summary = " ".join(drawn[:10]), " ".join(drawn[10:])
        if recent and chance < 0.2:
            title, summary = rng.choice(recent)
        if recent and chance < 0.1:
            title, summary = _retold(rng, title, drawn), _retold(rng, summary, drawn)
        recent.append((title, summary))
        yield StoryItem(
            item_id=f"i{number}",
            feed_id=f"f{rng.randrange(500)}",
            title=title,
            summary=summary,
            language="en",
            dated=NOON + timedelta(days=number / per_day),
        )


def _retold(rng: random.Random, text: str, others: Sequence[str]) -> str:
    words = [rng.choice(others) if rng.random() < 0.2 else word for word in text.split()]
    rng.shuffle(words)
    return " ".join(words)


def growth(size: int, folder: Path, one_in: int) -> str:
    """Store so much news of as many days as it takes, group it as the pipeline does, then take in a hundred more.

    One item in ``one_in`` is in view of a target.
    """
    with closing(open_store(f"sqlite:///{size}.db", folder)) as store:
        made = map(_stored, made_up(size + 100, PER_DAY))
        for start in range(0, size, 5_000):
            _take_in(store, list(islice(made, min(5_000, size - start))), one_in)
        begun = time.process_time()
        _, stories = group_new(store, _no_concepts)
        taken = time.process_time() - begun
        _take_in(store, list(made), one_in)
        begun = time.process_time()
        group_new(store, _no_concepts)
        more = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"{size:9,d} items of {size / PER_DAY:5.1f} days, one in {one_in:2d} in view, in {taken:7.2f} s of CPU: "
        f"{size / one_in / taken:8,.0f} items/s, {stories:9,d} stories, "
        f"then 100 more in {more:.2f} s, at most {memory:,d} MiB"
    )


def _take_in(store: Store, items: Sequence[Item], one_in: int) -> None:
    """Store items as read: one in so many in view of a target, the others far from all."""
    store.save_archived(Archived(mark=None, new=tuple(items)))
    read = [
        Classified(item_id=one.id, revision=1, scores={"a": float(n % one_in == 0)}, matches=())
        for n, one in enumerate(items)
    ]
    store.save_classified(read, "made up", "made up")


def _no_concepts(texts: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset()] * len(texts)


def _stored(made: StoryItem) -> Item:
    return Item(
        id=made.item_id,
        feed_id=made.feed_id,
        key=made.item_id,
        url=None,
        title=made.title,
        summary=made.summary,
        language=made.language,
        published=made.dated,
        first_seen=made.dated,
        dated=made.dated,
    )


def main() -> None:
    """Print how it grows, then how well it does."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 64_000
    for size, one_in in ((most, IN_VIEW_ONE_IN), (most // 16, 1), (most // 4, 1), (most, 1)):
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(f"{growth(size, Path(folder), one_in)}\n")
            sys.stdout.flush()
    if PAIRS.exists():
        pairs = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
        for name, value in (quality(pairs) | lost(pairs)).items():
            sys.stdout.write(f"{name:22s} {value:.3f}\n")
    else:
        sys.stdout.write(f"quality: skipped, there is no {PAIRS}\n")
    if REPLAY.exists() and EVAL.exists():
        sys.stdout.writelines(f"{line}\n" for line in in_brief())
    else:
        sys.stdout.write(f"quality of short items: skipped, {REPLAY} or {EVAL} is missing\n")


if __name__ == "__main__":
    main()
