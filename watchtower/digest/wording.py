"""What every format says of a story in the same words: its sources, its reasons, the passages that gave them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from watchtower.digest.calendar import LocalTime
from watchtower.text import counted, primary_language
from watchtower.types import Digest, DigestStory, Evidence, FeedHealth, Section, Source, concept_words

#: languages by the names that English readers know; others are shown by their code
LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian", "fil": "Filipino",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "ms": "Malay", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "th": "Thai", "tl": "Filipino", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
#: how kinds of evidence are introduced, in this order
_KINDS = {
    "concept": "names",
    "concepts": "names together",
    "rule": "fits",
    "words": "says",
    "example": "is like",
}
# Reasons of one kind that are spelled out; the JSON has them all.
_REASONS = 6
# Characters of context on either side of a marked passage.
_CONTEXT = 90


def scope(digest: Digest) -> str:
    """Say what a reader's own digest is limited to, as in ``For kim: 2 of 8 targets.``; empty for everybody's."""
    if not digest.reader:
        return ""
    parts = []
    if digest.other_targets:
        parts.append(f"{len(digest.sections)} of {len(digest.sections) + digest.other_targets} targets")
    if digest.languages:
        parts.append(f"stories told in {' or '.join(LANGUAGES.get(code, code) for code in digest.languages)}")
        parts.append("what is compared with the past is of all languages")
    return f"For {digest.reader}: {'; '.join(parts) or 'all targets'}."


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is marked as a reason, or is not."""

    text: str
    marked: bool = False


def sources_line(story: DigestStory) -> str:
    """As in ``4 feeds → 2 owners → 1 origin; first reported by state media (KP); no independent source yet``.

    One feed that speaks for itself is a ``Single source``.
    """
    if story.lineage is None:
        return counted(story.origins, "origin")
    own = story.lineage.feeds == 1 and story.lineage.first.name == story.sources[0].owner
    return "Single source" if own and not story.lineage.denied_by else story.lineage.words


def grade(story: DigestStory) -> str:
    """The Admiralty grades, source and information side by side, as in ``B2``; empty where there are none."""
    return f"{story.lineage.reliability}{story.lineage.credibility}" if story.lineage else ""


def source_tags(source: Source) -> tuple[str, ...]:
    """What sets a source apart: its language if not English, the state that controls it."""
    code = primary_language(source.language)
    language = [LANGUAGES.get(code, code)] if code not in ("", "en") else []
    return (*language, *([f"state-controlled, {source.state}"] if source.state else []))


def named(source: Source) -> str:
    """As in ``Harbour News`` or ``River Agency (Korean; state-controlled, KP)``."""
    tags = source_tags(source)
    return f"{source.title} ({'; '.join(tags)})" if tags else source.title


def next_try(feed: FeedHealth, clock: LocalTime) -> str:
    """Say when a feed is asked next, as in ``next try 3 Sep, 07:15``."""
    return f"next try {clock.brief(feed.next_check)}" if feed.next_check else "not tried again"


def facts(story: DigestStory, clock: LocalTime) -> str:
    """As in ``First reported 3 Sep, 07:15, continuing · match 93 %``."""
    late = ", seen late" if story.late else ", continuing" if story.first_seen < clock.since else ""
    return f"First reported {clock.brief(story.first_seen)}{late} · match {percent(story.score)}"


def again(story: DigestStory, home: Section) -> str:
    """As in ``Told under “Floods in the valley” · match 86 %``, where a story is told whole in another section."""
    return f"Told under “{home.title}” · match {percent(story.score)}"


def outlets(story: DigestStory) -> tuple[Source, ...]:
    """One source a feed, the earliest of each, in the order in which they told it."""
    first: dict[str, Source] = {}
    for source in sorted(story.sources, key=attrgetter("dated", "item")):
        first.setdefault(source.feed, source)
    return tuple(first.values())


def copies_words(number: int) -> str:
    """As in ``both copies`` or ``all 5 copies``."""
    return "both copies" if number == 2 else f"all {number} copies"


def shown_source(story: DigestStory) -> Source:
    """The copy whose headline is shown."""
    return next(source for source in story.sources if source.item == story.item)


def percent(score: float) -> str:
    """A probability for people, never rounded up to certainty.

    >>> percent(0.934), percent(0.999), percent(0.0001)
    ('93 %', '99 %', '1 %')
    """
    return f"{in_percent(score)} %"


def in_percent(score: float) -> int:
    """A probability in percent, 1 to 99."""
    return min(max(round(100 * score), 1), 99)


def reported(names: Iterable[str], section: Section) -> tuple[str, ...]:
    """Put indicators or answers into the words of the analysis."""
    says = {tally.id: tally.says for tally in (*section.indicators, *section.answers)}
    return tuple(says.get(name, name) for name in names)


def reasons(story: DigestStory, target: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Say in words what spoke for the match with a target, strongest first within each kind.

    As in ``names North Korea, Russia`` or ``says “troops”, “Kursk”``; ``names`` are those of concepts, by id.
    """
    return tuple(_reasons(story.evidence, target, names))


def _reasons(evidence: Sequence[Evidence], target: str, names: Mapping[str, str]) -> Iterator[str]:
    helpful = sorted((one for one in evidence if one.weight > 0), key=lambda one: -one.weight)
    for kind, verb in _KINDS.items():
        told = [one for one in helpful if one.kind == kind]
        if kind == "rule":
            yield from _rules([one.name for one in told], target)
            continue
        words = list(
            dict.fromkeys(filter(None, (_named(one, names) for one in (_whole(told) if kind == "words" else told))))
        )
        if words:
            more = f" and {len(words) - _REASONS} more" if len(words) > _REASONS else ""
            yield f"{verb} {', '.join(words[:_REASONS])}{more}"


def _rules(fitting: Sequence[str], target: str) -> Iterator[str]:
    """As in ``fits its rule, and those of 2 other targets``."""
    others = len([one for one in fitting if one != target])
    if target in fitting:
        more = f", and {'that of another target' if others == 1 else f'those of {others} other targets'}"
        yield f"fits its rule{more if others else ''}"
    elif others:
        yield f"fits {'the rule of another target' if others == 1 else f'the rules of {others} other targets'}"


def _whole(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Leave out words that are part of others told: of ``North``, ``Korean`` and ``North Korean`` the last says all."""
    texts = {one.text for one in evidence if one.field}
    return [one for one in evidence if not any(one.text in other for other in texts - {one.text})]


def _named(one: Evidence, names: Mapping[str, str]) -> str:
    """Name a reason; words without a place in the text are parts of words, or a sum of small ones, and have no name."""
    if one.kind in ("concept", "concepts"):
        return " with ".join(names.get(id) or concept_words(id) for id in (one.name or one.text).split("+"))
    return f"“{one.text}”" if one.field or one.kind == "example" else ""


def title_pieces(story: DigestStory) -> tuple[Piece, ...]:
    """The headline, with what gave reasons marked."""
    return tuple(_pieces(story.title, _spans(story, "title"), 0, len(story.title)))


def summary_pieces(story: DigestStory) -> tuple[Piece, ...]:
    """The passages of the summary that gave reasons, marked, with some words around; empty where none did."""
    spans = _spans(story, "summary")
    windows = _merged((max(0, start - _CONTEXT), min(len(story.summary), end + _CONTEXT)) for start, end in spans)
    pieces: list[Piece] = []
    for start, end in windows:
        start, end = _to_space(story.summary, start, end)
        pieces.append(Piece("… " if start else ""))
        pieces += _pieces(story.summary, spans, start, end)
        pieces.append(Piece(" …" if end < len(story.summary) else " "))
    return tuple(piece for piece in pieces if piece.text)


def _spans(story: DigestStory, field: str) -> list[tuple[int, int]]:
    """Where the reasons for the match stand in a text, overlaps united; spans outside of it are dropped."""
    text = story.title if field == "title" else story.summary
    found = (
        (one.start, one.end)
        for one in story.evidence
        if one.field == field and one.weight > 0 and 0 <= one.start < one.end <= len(text)
    )
    return _merged(found)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _pieces(text: str, spans: Sequence[tuple[int, int]], begin: int, stop: int) -> Iterator[Piece]:
    at = begin
    for start, end in spans:
        if begin <= start and end <= stop:
            if start > at:
                yield Piece(text[at:start])
            yield Piece(text[start:end], marked=True)
            at = end
    if at < stop:
        yield Piece(text[at:stop])


def _to_space(text: str, start: int, end: int) -> tuple[int, int]:
    """Move a window's edges inwards to the next space, if one is near."""
    if start and 0 <= (space := text.find(" ", start, start + 20)):
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", max(end - 20, start), end)) >= 0:
        end = space
    return start, end
