"""What changed, in up to five lines of plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from watchtower.digest.counts import mean
from watchtower.types import Health, Section

#: lines of a summary
LINES = 5
# How far a count must be from the mean of the days before to be worth a line: twice or half of it, and by three.
_TIMES, _BY = 2.0, 3
# Days that a mean needs to be called usual.
_USUAL = 3


def summary(sections: Sequence[Section], health: Health, since: datetime, until: datetime) -> tuple[str, ...]:
    """Write up to ``LINES`` lines on what changed; "nothing" is only said where feeds were read."""
    lines = [_overall(sections, health), *_busiest(sections, since, until), *_firsts(sections)]
    lines += [*_unusual(sections, since, until), *_failing(health)]
    # Trouble with the feeds limits what every other line is worth, so it is never the line that is cut.
    return tuple(lines) if len(lines) <= LINES else (*lines[: LINES - 1], lines[-1])


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
    read = f"{counted(health.items, 'item', 'items')} read from {counted(health.read, 'feed', 'feeds')}"
    return f"Nothing seen in {read}."


def counted(number: int, one: str, many: str) -> str:
    """Write a number with its noun.

    >>> counted(1, "story", "stories"), counted(1200, "item", "items")
    ('1 story', '1,200 items')
    """
    return f"{number:,} {one if number == 1 else many}"


def _overall(sections: Sequence[Section], health: Health) -> str:
    if not health.read:
        return "Unknown: no feed was read, so nothing can be said about this period."
    read = f"{counted(health.items, 'item', 'items')} from {counted(health.read, 'feed', 'feeds')}"
    stories = {story.story for section in sections for story in section.stories}
    busy = sum(1 for section in sections if section.count)
    if not busy:
        return f"Nothing seen: none of the {read} that were read bears on the analysis."
    more = sum(section.left_out for section in sections)
    shown = f"{counted(len(stories), 'story', 'stories')}{' shown' if more else ''}"
    return f"{shown} on {busy} of {counted(len(sections), 'target', 'targets')}, out of {read}."


def _busiest(sections: Sequence[Section], since: datetime, until: datetime) -> Iterator[str]:
    busiest = max(sections, key=lambda section: section.count, default=None)
    if busiest and busiest.count > 1:
        yield f"Busiest: {busiest.title}, {compared(busiest, since, until)}."


def _firsts(sections: Sequence[Section]) -> Iterator[str]:
    new = [(tally, len(section.before)) for section in sections for tally in section.indicators if tally.first]
    if not new:
        return
    top, days = max(new, key=lambda pair: pair[0].stories)
    more = f", and {counted(len(new) - 1, 'other indicator', 'other indicators')}" if len(new) > 1 else ""
    yield f"First time in {_days(days)}: “{top.says}”, {counted(top.stories, 'story', 'stories')}{more}."


def _unusual(sections: Sequence[Section], since: datetime, until: datetime) -> Iterator[str]:
    days = max((until - since) / timedelta(days=1), 1 / 24)
    busiest = max(sections, key=lambda section: section.count, default=None)
    for word, far in (("More", 1), ("Less", -1)):
        names = [
            f"{section.title} ({section.count:,} against {_number(mean(section.before) * days)})"
            for section in sections
            if len(section.before) >= _USUAL and section is not busiest and _is_far(section, days) == far
        ]
        if names:
            more = f"; and {len(names) - 3} more" if len(names) > 3 else ""
            yield f"{word} than usual: {'; '.join(names[:3])}{more}."


def _is_far(section: Section, days: float) -> int:
    usual, now = mean(section.before) * days, section.count
    if now - usual >= _BY and now >= _TIMES * usual:
        return 1
    return -1 if usual - now >= _BY and usual >= _TIMES * now else 0


def _failing(health: Health) -> Iterator[str]:
    unread = health.feeds - health.read
    if health.read and (health.failing or unread):
        failing = f"{len(health.failing)} failing" if health.failing else "none failing"
        yield f"Coverage: {health.read} of {counted(health.feeds, 'feed', 'feeds')} were read; {failing}."


def _days(number: int) -> str:
    return counted(number, "day", "days")


def _number(value: float) -> str:
    """One decimal, none where it is nought.

    >>> _number(2.0), _number(2.14)
    ('2', '2.1')
    """
    return f"{value:.1f}".removesuffix(".0")
