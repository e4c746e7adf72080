"""What changed, in up to five lines of plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from watchtower.digest.counts import mean
from watchtower.digest.wording import in_percent
from watchtower.text import counted
from watchtower.types import DigestStory, Health, Ledger, Section, SilenceState, TrendState

#: lines of a summary
LINES = 5
#: developments among them
LEADING = 2


def summary(
    sections: Sequence[Section], health: Health, ledgers: Sequence[Ledger] = (), corrections: int = 0
) -> tuple[str, ...]:
    """Write up to ``LINES`` lines on what changed; "nothing" is only said where feeds were read.

    The last line says what the others rest on: how much was read, and what is wrong with it. Of the rest the
    weightiest are kept: the leading development, surges, a ledger's movement, what was expected and is missing, what
    came for the first time, corrections, and a second development.
    """
    if not health.read:
        return ("Unknown: no feed was read, so nothing can be said about this period.",)
    leading = list(_leading(sections))
    ranked = [
        *leading[:1],
        *_unusual(sections),
        *_moved(ledgers),
        *_missing(sections),
        *_firsts(sections),
        *_corrected(corrections),
        *leading[1:],
    ]
    kept = ranked[: LINES - 1]
    # Developments stand together in front, whatever got in between by weight.
    return (*[line for line in leading if line in kept], *[line for line in kept if line not in leading],
            _overall(sections, health))  # fmt: skip


def compared(section: Section, since: datetime, until: datetime) -> str:
    """Put a section's count beside the days before.

    "9 stories; 2.1 a day on average over the 14 days before".
    """
    told = counted(section.count, "story", "stories")
    if not section.before:
        return f"{told}; nothing is known of the days before"
    days = (until - since) / timedelta(days=1)
    over = f" in {days:.0f} days" if days >= 1.5 else ""
    usual, days_before = mean(section.before), _days(len(section.before))
    if not usual:
        return f"{told}{over}; none in the {days_before} before"
    return f"{told}{over}; {_number(usual)} a day on average over the {days_before} before"


def silence(health: Health) -> str:
    """Say what an empty section means: nothing seen, or nothing known."""
    if not health.read:
        return "Unknown: no feed was read."
    if not health.items:
        return f"Nothing seen: no item of this period, with {counted(health.read, 'feed')} read."
    read = f"{counted(health.items, 'item')} read from {counted(health.read, 'feed')}"
    return f"Nothing seen in {read}."


def reading(health: Health) -> str:
    """As in ``12 of 14 feeds were read; 1,200 items of this period.``"""
    feeds, items = counted(health.feeds, "feed"), counted(health.items, "item")
    return f"{health.read} of {feeds} were read; {items} of this period."


def _all(feeds: int) -> str:
    return "the one feed" if feeds == 1 else f"all {feeds:,} feeds"


def _overall(sections: Sequence[Section], health: Health) -> str:
    items = counted(health.items, "item")
    unread, failing = health.feeds - health.read, len(health.failing)
    read = f"{health.read} of {counted(health.feeds, 'feed')}" if unread else _all(health.feeds)
    trouble = f"; {failing} failing" if failing else ""
    stories = {story.story for section in sections for story in section.stories}
    if not any(section.count for section in sections):
        if not health.items:
            return f"Nothing seen: no item of this period, with {read} read{trouble}."
        return f"Nothing seen: none of the {items} from {read} bears on the analysis{trouble}."
    more = sum(section.left_out for section in sections)
    shown = f"{counted(len(stories), 'story', 'stories')}{' shown' if more else ''}"
    busy = sum(1 for section in sections if section.count)
    return f"{shown} on {busy} of {counted(len(sections), 'target')}, out of {items} from {read}{trouble}."


def _leading(sections: Sequence[Section]) -> Iterator[str]:
    """The developments that lead sections, the most important first, each once with the target it matches best."""
    leads: Counter[str] = Counter()
    weight: dict[str, float] = {}
    leading: dict[str, tuple[DigestStory, str]] = {}
    for section in sections:
        for story in section.stories[:1]:
            leads[story.story] += 1
            weight[story.story] = max(weight.get(story.story, 0.0), story.importance)
            if story.story not in leading or in_percent(story.score) > in_percent(leading[story.story][0].score):
                leading[story.story] = (story, section.title)
    for story, title in sorted(leading.values(), key=lambda one: -weight[one[0].story])[:LEADING]:
        others = leads[story.story] - 1
        more = f" and {counted(others, 'other target')}" if others else ""
        yield f"{story.title or '(no title)'} ({counted(story.origins, 'origin')}; {title}{more})"


def _unusual(sections: Sequence[Section]) -> Iterator[str]:
    for name, state in (("Surge", TrendState.SURGE), ("Less than usual", TrendState.LULL)):
        told = [
            f"{trend.says if trend.indicator else section.title}, {trend.words}"
            for section in sections
            for trend in section.trends
            if trend.state is state
        ]
        if told:
            yield f"{name}: {'; '.join(told[:2])}{_more(len(told) - 2)}."


def _moved(ledgers: Sequence[Ledger]) -> Iterator[str]:
    moved = [ledger for ledger in ledgers if ledger.ranked and ledger.standings[0].has_moved]
    for ledger in moved[:1]:
        first = ledger.standings[0]
        yield f"The order of answers has changed: {ledger.title} “{first.says}” is now first{_more(len(moved) - 1)}."


def _missing(sections: Sequence[Section]) -> Iterator[str]:
    missing = [one for section in sections for one in section.silences if one.state is SilenceState.NOT_SEEN]
    if missing:
        top = missing[0]
        yield f"Expected, not seen: {top.says} ({top.words}){_more(len(missing) - 1)}."


def _firsts(sections: Sequence[Section]) -> Iterator[str]:
    new = [(tally, len(section.before)) for section in sections for tally in section.indicators if tally.first]
    if not new:
        return
    top, days = max(new, key=lambda pair: pair[0].stories)
    more = f", and {counted(len(new) - 1, 'other indicator')}" if len(new) > 1 else ""
    yield f"First time in {_days(days)}: “{top.says}”, {counted(top.stories, 'story', 'stories')}{more}."


def _corrected(corrections: int) -> Iterator[str]:
    if corrections:
        yield f"{counted(corrections, 'item')} of earlier digests changed at the source; see Corrections."


def _more(number: int) -> str:
    return f"; and {number} more" if number > 0 else ""


def _days(number: int) -> str:
    return counted(number, "day")


def _number(value: float) -> str:
    """One decimal, none where it is nought.

    >>> _number(2.0), _number(2.14)
    ('2', '2.1')
    """
    return f"{value:.1f}".removesuffix(".0")
