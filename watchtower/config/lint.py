"""Advice on a configuration that is right: what will match too much, never, or tell nothing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

from watchtower import rules
from watchtower.config.extras import missing_for_full_text, wants_full_text
from watchtower.config.values import Config, Place
from watchtower.errors import Problem
from watchtower.text import counted, fold
from watchtower.types import Analysis, Indicator, Target, TargetKind

#: fewest examples that a target should have, labelled items counted
FEWEST_EXAMPLES = 5
#: shortest stem before a trailing *
SHORTEST_STEM = 4
#: from this share of the smaller one's terms on two concepts that a rule wants both of are much the same: a few terms
#: that name both things at once, such as 북핵 and "nuclear-powered submarine", are put into both on purpose
SHARED = 0.25

# Words that news in English is full of, whatever it is about.
_COMMON = frozenset(
    """
    a able about act aid air all also amid and any are arms army back bid call can car case chief claim close cut day
    deal does drive east end face fall find fire first force forces from get give go good group hand has head help high
    hit hold home house it job kim key lead leader leave less life line live long look low made make man march may meet
    men might more move much new news next north not now off official old one open or order out over party past pay
    people plan play point power push report rise rule run said sale say see sell set show side sign south stand state
    states stop strike support take talk talks term test tests than that the them they this time top trade turn two un
    us use visit vote war was watch way week west who will win with work world year
    """.split()
)


def advice(config: Config) -> list[Problem]:
    """Return advice on terms, concepts, indicators, scenarios, examples and languages; every piece is harmless."""
    analysis = config.analysis
    found = [
        *_broad_terms(analysis),
        *_shared_terms(analysis),
        *_idle_concepts(analysis),
        *_targets(analysis),
        *_scenarios(analysis),
        *_labelled(analysis),
        *_languages(config),
        *_full_text(config),
    ]
    return sorted(_problem(config, stable, message) for stable, message in found)


def _problem(config: Config, stable: str, message: str) -> Problem:
    place = config.places.get(stable) or Place(file=str(config.folder), line=1, column=1, path=stable)
    return Problem(
        file=place.file, line=place.line, column=place.column, path=place.path, message=message, harmless=True
    )


Piece = tuple[str, str]  # stable path, message


def _full_text(config: Config) -> Iterator[Piece]:
    if wants_full_text(config.feeds) and (missing := missing_for_full_text()):
        named = (f"{path}.full_text" for path in ("defaults", *(f"feeds.{feed.id}" for feed in config.feeds)))
        yield next((path for path in named if path in config.places), "feeds"), missing


def _broad_terms(analysis: Analysis) -> Iterator[Piece]:
    """Common words and lone syllables or ideographs only count where a target's rule holds by their concept alone.

    Beside others they are useful: a headline's 北 or 美, next to a missile or a summit, says who.
    """
    target_rules = [rules.parse(target.when) for target in analysis.targets if target.when]
    for concept in analysis.concepts:
        is_alone = any(_holds(rule, concept.id) for rule in target_rules)
        for language, terms in concept.terms.items():
            broad: dict[str, list[int]] = defaultdict(list)
            for index, term in enumerate(terms):
                if (why := too_broad(term)) and (is_alone or not why.endswith(_ALONE)):
                    broad[why].append(index)
            for why, indexes in broad.items():
                named = _named([terms[index] for index in indexes])
                verb = "match" if len(indexes) > 1 else "matches"
                yield f"concepts.{concept.id}.{language}[{indexes[0]}]", f"{named} {verb} too much: {why}"


def _holds(rule: rules.Rule, concept: str) -> bool:
    """Tell whether a rule holds where terms of this concept occur and no others do."""
    match rule:
        case rules.Concept(name):
            return name == concept
        case rules.Not(inner):
            return not _holds(inner, concept)
        case rules.InTitle(inner):
            return _holds(inner, concept)
        case rules.And(parts):
            return all(_holds(part, concept) for part in parts)
        case rules.Or(parts):
            return any(_holds(part, concept) for part in parts)
        case rules.Near():
            return False


def _named(terms: list[str]) -> str:
    return ", ".join(f"'{term}'" for term in terms[:3]) + (f" and {len(terms) - 3} more" if len(terms) > 3 else "")


_ALONE = ", and a rule holds by this concept alone"


def too_broad(term: str) -> str | None:
    """Say why a term matches too much by itself, or return None.

    Two letters in capitals are left alone: they match only in capitals. Two that begin with one are taken for a name.

    >>> too_broad("un"), too_broad("UN"), too_broad("Xi"), too_broad("x")
    ('only two letters', None, None, 'a single character')
    """
    stem = term.removesuffix("*").strip()
    letters = [character for character in stem if character.isalnum()]
    if not letters:
        return "no letter in it"
    is_spelled = all(_is_alphabetic(character) for character in letters)
    if len(letters) == 1:
        return f"a single character{'' if is_spelled else _ALONE}"
    if term.endswith("*") and is_spelled and len(letters) < SHORTEST_STEM:
        return f"fewer than {SHORTEST_STEM} letters before the *"
    if is_spelled and len(letters) == 2 and stem[0].islower():
        return "only two letters"
    if stem.casefold() in _COMMON and not stem.isupper():
        return f"a common English word{_ALONE}"
    return None


def _is_alphabetic(character: str) -> bool:
    """Tell Latin, Greek and Cyrillic letters from digits, syllables and ideographs."""
    return re.match(r"[A-Za-z\u00c0-\u052f]", character) is not None


def _shared_terms(analysis: Analysis) -> Iterator[Piece]:
    """Report concepts that some rule wants both of and that share many terms: one word satisfies both sides."""
    sizes = {concept.id: sum(map(len, concept.terms.values())) for concept in analysis.concepts}
    owners: dict[tuple[str, str], dict[str, tuple[str, str]]] = defaultdict(dict)
    for concept in analysis.concepts:
        for language, terms in concept.terms.items():
            yield from _repeats(f"concepts.{concept.id}.{language}", terms)
            for index, term in enumerate(terms):
                place = f"concepts.{concept.id}.{language}[{index}]"
                owners[language, _compared(term)].setdefault(concept.id, (term, place))
    shared: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for uses in owners.values():
        for first, second in combinations(uses, 2):
            shared[first, second].append(uses[second])
    joined = _joined_concepts(analysis)
    for (first, second), found in shared.items():
        many = len(found) >= SHARED * min(sizes[first], sizes[second])
        if many and (owner := joined.get(frozenset({first, second}))):
            named = _named([term for term, _ in found])
            yield found[0][1], f"{named}: in the concept {first} too, and the rule of {owner} wants both: one word does"


def _joined_concepts(analysis: Analysis) -> dict[frozenset[str], str]:
    """Map pairs of concepts that a rule wants both of to the target or indicator whose rule it is."""
    joined: dict[frozenset[str], str] = {}
    for target in analysis.targets:
        for owner, when in ((target.id, target.when), *((each.id, each.when) for each in target.indicators)):
            for pair in _pairs(rules.parse(when)) if when else ():
                joined.setdefault(pair, owner)
    return joined


def _pairs(rule: rules.Rule) -> Iterator[frozenset[str]]:
    match rule:
        case rules.Near(a, b, _):
            yield frozenset({a, b})
        case rules.InTitle(inner):
            yield from _pairs(inner)
        case rules.Or(parts):
            for part in parts:
                yield from _pairs(part)
        case rules.And(parts):
            wanted = [part for part in parts if not isinstance(part, rules.Not)]
            for part in wanted:
                yield from _pairs(part)
            for first, second in combinations(wanted, 2):
                yield from (frozenset({a, b}) for a in rules.names(first) for b in rules.names(second) if a != b)


def _compared(term: str) -> str:
    return term if term.isupper() else fold(term)


def _repeats(place: str, terms: tuple[str, ...]) -> Iterator[Piece]:
    seen: set[str] = set()
    for index, term in enumerate(terms):
        if _compared(term) in seen:
            yield f"{place}[{index}]", f"'{term}' is in this list twice"
        seen.add(_compared(term))


def _idle_concepts(analysis: Analysis) -> Iterator[Piece]:
    used = {name for rule in _rules(analysis) for name in rules.names(rules.parse(rule))}
    for concept in analysis.concepts:
        if concept.id not in used:
            yield f"concepts.{concept.id}", "no rule (when) names this concept"


def _rules(analysis: Analysis) -> Iterator[str]:
    for target in analysis.targets:
        for when in (target.when, *(indicator.when for indicator in target.indicators)):
            if when:
                yield when


def _path(target: Target) -> str:
    kind = "watch_points" if target.kind is TargetKind.WATCH_POINT else "critical_questions"
    return f"{kind}.{target.id}"


def _targets(analysis: Analysis) -> Iterator[Piece]:
    labelled = Counter(target for item in analysis.examples for target in item.labels)
    answers = {target.id: {f"{target.id}.{answer.id}" for answer in target.answers} for target in analysis.targets}
    supported = {ref for target in analysis.targets for indicator in target.indicators for ref in indicator.supports}
    for target in analysis.targets:
        examples = len(target.examples) + labelled[target.id]
        if examples < FEWEST_EXAMPLES:
            few = counted(examples, "example")
            yield _path(target), f"only {few}; give at least {FEWEST_EXAMPLES}, in several languages"
        for indicator in target.indicators:
            place = f"{_path(target)}.indicators.{indicator.id}"
            if not indicator.examples and not indicator.when:
                yield place, "no examples and no rule (when): nothing can find it"
            yield from _diagnosticity(place, indicator, answers)
        for answer in target.answers:
            if f"{target.id}.{answer.id}" not in supported:
                yield f"{_path(target)}.answers.{answer.id}", "no indicator supports this answer"


def _diagnosticity(place: str, indicator: Indicator, answers: dict[str, set[str]]) -> Iterator[Piece]:
    for name, refs in (("supports", set(indicator.supports)), ("contradicts", set(indicator.contradicts))):
        for question, known in answers.items():
            if known and known <= refs:
                yield f"{place}.{name}", f"it {name} every answer to {question}, and so tells nothing about it"


def _scenarios(analysis: Analysis) -> Iterator[Piece]:
    for scenario in analysis.scenarios:
        if not scenario.rules_out:
            yield f"scenarios.{scenario.id}", "rules_out is empty: nothing could disprove this scenario"
        if not scenario.expects:
            yield f"scenarios.{scenario.id}", "expects is empty: nothing could speak for this scenario"
    for first, second in combinations(analysis.scenarios, 2):
        if first.expects and set(first.expects) == set(second.expects):
            yield f"scenarios.{second.id}", f"it expects the same as {first.id}: nothing expected tells the two apart"


def _labelled(analysis: Analysis) -> Iterator[Piece]:
    first: dict[tuple[str, str], int] = {}
    for index, item in enumerate(analysis.examples):
        earlier = first.setdefault((fold(item.title), fold(item.summary)), index)
        if earlier != index:
            differs = dict(analysis.examples[earlier].labels) != dict(item.labels)
            yield f"examples[{index}]", "the same text twice" + (", with different labels" if differs else "")


def _languages(config: Config) -> Iterator[Piece]:
    languages = {language.partition("-")[0] for language in config.analysis.languages}
    read = {feed.language.partition("-")[0] for feed in config.feeds if feed.enabled}
    for feed in config.feeds:
        if feed.language.partition("-")[0] not in languages:
            yield f"feeds.{feed.id}.language", f"the analysis does not watch '{feed.language}': nothing will match here"
    for index, language in enumerate(config.analysis.languages):
        if language.partition("-")[0] not in read:
            yield f"analysis.languages[{index}]", f"no enabled feed is in '{language}'"
