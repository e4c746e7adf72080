"""What earlier digests told that its source has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from watchtower.types import Analysis, Correction, Feed, Retold


def corrections(retold: Iterable[Retold], analysis: Analysis, feeds: Iterable[Feed]) -> tuple[Correction, ...]:
    """Say of each item that was told and has been revised so that it reads or counts otherwise, what has changed."""
    titles = {feed.id: feed.title for feed in feeds}
    known = {target.id: target.title for target in analysis.targets}
    return tuple(
        Correction(
            item=one.item,
            title=one.title,
            now=one.now,
            url=one.url,
            source=titles.get(one.feed, one.feed),
            digest=one.digest,
            told=one.until,
            before=tuple(one.before),
            after=tuple(one.after),
            words=_words(one, known),
        )
        for one in retold
        if one.before != one.after or one.title != one.now
    )


def _words(one: Retold, titles: Mapping[str, str]) -> str:
    gone = [titles.get(target, target) for target in one.before if target not in one.after]
    come = [titles.get(target, target) for target in one.after if target not in one.before]
    said = [f"no longer belongs to {', '.join(gone)}"] if gone else []
    said += [f"now belongs to {', '.join(come)}"] if come else []
    kept = {target for target in one.before if target in one.after and one.before[target] != one.after[target]}
    said += [f"reports something else on {titles.get(target, target)}" for target in one.before if target in kept]
    if one.title != one.now:
        said.append(f"the headline is now “{one.now}”")
    return f"“{one.title}” was revised by its source: {'; '.join(said)}."
