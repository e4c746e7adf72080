"""Why a text scored what it scored: spans and reasons whose weights sum to its log-odds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from watchtower.classify.concepts import RUNS, WORD
from watchtower.classify.reading import STEM, Reader, grams_of_run, root_of
from watchtower.classify.when import MOST_READ, Reading
from watchtower.types import Evidence

#: reasons named one by one; the others are summed in one line, so that all still add up
NAMED = 12
#: kind of feature to the kind that it is one reason with
_ANYWHERE = {"t": "c", "w": "a", "v": "a"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: characters of "title", "summary" or "body"."""

    field: str
    start: int
    end: int


def reasons(
    shares: Mapping[str, float], start: float, where: Mapping[str, Place], reading: Reading
) -> tuple[Evidence, ...]:
    """List what made a score, strongest first, then what is left, then the starting point.

    ``shares`` are the features' shares of the log-odds; all weights together sum to the log-odds of the score.
    """
    found = [_reason(name, share, where, reading) for name, share in _merged(shares).items()]
    found.sort(key=lambda reason: (-abs(reason.weight), reason.kind, reason.name, reason.text))
    named, others = found[:NAMED], found[NAMED:]
    if others:
        left = sum(one.weight for one in others)
        named.append(Evidence(kind="words", text=f"{len(others)} more reasons", weight=left))
    return (*named, Evidence(kind="prior", text="before reading", weight=start))


def _merged(shares: Mapping[str, float]) -> dict[str, float]:
    """Put a concept's or word's share for standing where it stands to its share for standing anywhere."""
    merged: dict[str, float] = {}
    for name, share in shares.items():
        key = _ANYWHERE.get(name[0], name[0]) + name[1:]
        merged[key] = merged.get(key, 0.0) + share
    return merged


def _reason(name: str, share: float, where: Mapping[str, Place], reading: Reading) -> Evidence:
    kind, rest_of_name = name[0], name[2:]
    if kind == "r":
        return Evidence(kind="rule", text=rest_of_name, weight=share, name=rest_of_name)
    if kind == "p":
        first, _, second = rest_of_name.partition("+")
        return Evidence(kind="concepts", text=f"{first} with {second}", weight=share, name=rest_of_name)
    base = Evidence(kind="concept" if kind == "c" else "words", text=rest_of_name, weight=share, name="")
    base = replace(base, name=rest_of_name) if kind == "c" else base
    place = where.get(name)
    if place is None:
        return base
    return replace(
        base,
        text=getattr(reading.text, place.field)[place.start : place.end],
        field=place.field,
        start=place.start,
        end=place.end,
    )


def places(reader: Reader, reading: Reading) -> dict[str, Place]:
    """Find where each concept and word first stands, of all that is read; the title before summary and body."""
    found: dict[str, Place] = {}
    text = reading.text
    for field, content in (
        ("title", text.title[:MOST_READ]),
        ("summary", text.summary[:MOST_READ]),
        ("body", text.body[: max(0, MOST_READ - len(text.summary) - 1)]),
    ):
        for hit in reader.matcher.hits(content):
            found.setdefault(f"c:{hit.concept}", Place(field, hit.start, hit.end))
        for gram, start, end in _gram_spans(content):
            found.setdefault(f"a:{gram}", Place(field, start, end))
            found.setdefault(f"k:{root_of(gram)}", Place(field, start, end))
    return found


def _gram_spans(content: str) -> Iterator[tuple[str, int, int]]:
    words = [(match[0].lower()[:STEM], *match.span()) for match in WORD.finditer(content)]
    for stem, start, end in words:
        yield stem, start, end
    for (a, start, _), (b, _, end) in pairwise(words):
        yield f"{a}_{b}", start, end
    for run in RUNS.finditer(content.lower() if len(content.lower()) == len(content) else content):
        for gram, at in grams_of_run(run[0]):
            yield gram, run.start() + at, run.start() + at + len(gram)
