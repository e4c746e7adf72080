"""From stored matches to a digest: a pure decision, the same for the same data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from watchtower.digest.counts import counts_before
from watchtower.digest.data import DayData
from watchtower.digest.gather import Gathered, gather
from watchtower.digest.health import health
from watchtower.digest.importance import importances
from watchtower.digest.summary import summary
from watchtower.digest.telling import tell
from watchtower.types import Digest, DigestStory, Earlier, Made, Section, Tally, Target, stable_id

#: days that must be known for something to be called the first time: in fewer it says nothing
FIRST_IN = 7


def compose(data: DayData) -> Digest:
    """Decide what a digest says: per target the stories in order of importance, what they report, how it compares.

    Nothing is dropped in silence: stories over the limit are counted and named. Composing the same data twice gives
    the same digest.
    """
    sections = tuple(_section(data, target) for target in data.analysis.targets)
    state = health(data)
    return Digest(
        id=_id(data),
        analysis=data.analysis.id,
        title=data.analysis.title,
        since=data.since,
        until=data.until,
        zone=data.zone,
        summary=summary(sections, state, data.assessment.ledgers, len(data.assessment.corrections)),
        sections=sections,
        health=state,
        made=Made(configuration=data.configuration, model=data.model, cut_off=data.cut_off, version=data.version),
        late=data.made_late,
        ledger=data.assessment.ledgers,
        scenarios=data.assessment.scenarios,
        scenario_ledger=data.assessment.scenario_ledger,
        coverage=data.assessment.coverage,
        corrections=data.assessment.corrections,
        reader=data.reader,
        languages=data.languages,
        other_targets=data.other_targets,
        quality=data.quality,
        concepts=_concepts(sections, data),
    )


def _concepts(sections: Sequence[Section], data: DayData) -> dict[str, str]:
    """Name for readers the concepts that the stories' evidence names."""
    evidence = (one for section in sections for story in section.stories for one in story.evidence)
    wanted = {name for one in evidence if one.kind in ("concept", "concepts") for name in one.name.split("+")}
    languages = data.languages or data.analysis.languages
    return {one.id: one.named(languages) for one in data.analysis.concepts if one.id in wanted}


def _id(data: DayData) -> str:
    moments = (data.since.isoformat(), data.until.isoformat(), data.cut_off.isoformat())
    return stable_id("digest", data.analysis.id, *moments, *filter(None, (data.reader,)))


def _section(data: DayData, target: Target) -> Section:
    past = [one for one in data.before if one.target == target.id]
    before = counts_before(data, past)
    counted = data.assessment.answers.get(target.id, {})
    stories = _in_order(gather(data, target.id), past, data, counted)
    trends = [one for one in data.assessment.trends if one.target == target.id]
    shown, rest = stories[: data.stories_per_section], stories[data.stories_per_section :]
    return Section(
        target=target.id,
        kind=target.kind,
        title=target.title,
        stories=shown,
        left_out=len(rest),
        left_out_titles=tuple(story.title for story in rest),
        before=before,
        count=len(stories),
        indicators=_tallies(
            [(one.id, one.says) for one in target.indicators],
            (name for story in stories for name in story.indicators),
            {one.indicator for one in past} if len(before) >= FIRST_IN else None,
        ),
        answers=_tallies(
            [(one.id, one.says) for one in target.answers],
            (name for story in stories for name in story.answers),
            {one.answer for one in past} if len(before) >= FIRST_IN else None,
        ),
        trend=next((one for one in trends if one.indicator is None), None),
        indicator_trends=tuple(one for one in trends if one.indicator),
        silences=tuple(one for one in data.assessment.silences if one.target == target.id),
    )


def _in_order(
    gathered: Sequence[Gathered], past: Sequence[Earlier], data: DayData, counted: Mapping[str, str]
) -> tuple[DigestStory, ...]:
    weights = importances(gathered, past, data.since, data.until)
    told = [
        tell(story, data.analysis.languages, weight, counted.get(story.story))
        for story, weight in zip(gathered, weights, strict=True)
    ]
    return tuple(sorted(told, key=lambda story: (-story.importance, story.first_seen, story.story)))


def _tallies(
    named: Sequence[tuple[str, str]], reported: Iterable[str], past: set[str | None] | None
) -> tuple[Tally, ...]:
    """Count what is reported, most often first; ``past`` is what the days before had, or None where none are known."""
    counts = Counter(reported)
    tallies = [
        Tally(id=id, says=says, stories=counts[id], first=past is not None and id not in past)
        for id, says in named
        if counts[id]
    ]
    return tuple(sorted(tallies, key=lambda tally: -tally.stories))
