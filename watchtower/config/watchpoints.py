"""``watchpoints.yml``: its shape."""

from __future__ import annotations

from watchtower.config.formats import (
    ANSWER_REFERENCE,
    CONCEPT_ID,
    DAY,
    DURATION,
    FILE,
    ID,
    INDICATOR_REFERENCE,
    LANGUAGE,
    LANGUAGE_OR_ANY,
    MONTH_OR_DAY,
    PLAIN,
    RULE,
)
from watchtower.config.shapes import Either, Field, ListOf, Number, Record, TableOf

_TEXTS = ListOf(item=PLAIN)
_WHEN = Field(
    name="when",
    shape=RULE,
    says="Rule over concepts: and, or, not, parentheses, in_title(RULE) and near(CONCEPT, CONCEPT, WORDS).",
)
_ABOUT = Field(name="about", shape=PLAIN, says="What belongs and what does not, in plain words.")
_EXAMPLES = Field(name="examples", shape=_TEXTS, says="Headlines that belong, in any language.")
_COUNTEREXAMPLES = Field(
    name="counterexamples", shape=_TEXTS, says="Headlines that look as if they belonged, but do not."
)
_THRESHOLD = Field(
    name="threshold",
    shape=Number(low=0, high=1),
    says="Least score that counts as a match; leave it out to have it set from verdicts.",
)

ANALYSIS = Record(
    wanted="a mapping with id, title, source ...",
    says="What the analysis is.",
    fields=(
        Field(name="id", shape=ID, says="Name of the analysis.", required=True),
        Field(name="title", shape=PLAIN, says="Title of the analysis.", required=True),
        Field(name="source", shape=PLAIN, says="Where the analysis was published, in plain words.", required=True),
        Field(name="published", shape=MONTH_OR_DAY, says="When it was published.", required=True),
        Field(
            name="languages",
            shape=ListOf(item=LANGUAGE, least=1, distinct=True),
            says="Languages that are watched; every language of a concept is one of them.",
            required=True,
        ),
        Field(name="scope", shape=PLAIN, says="What the analysis is about and what not, in plain words."),
        Field(
            name="examples_from",
            shape=Either(shapes=(FILE, ListOf(item=FILE, distinct=True))),
            says="JSON Lines files with labelled items, relative to this file.",
        ),
    ),
)

EXPECT = Record(
    wanted="a rhythm, as {every: 30d} or {by: 2026-12-31}",
    says="How often, or by when, an indicator is expected to show.",
    fields=(
        Field(name="every", shape=DURATION, says="It is expected at least this often."),
        Field(name="by", shape=DAY, says="It is expected by this day."),
    ),
    exactly_one=("every", "by"),
)

INDICATOR = Record(
    wanted="an indicator (a mapping with id and says)",
    says="An observable development.",
    fields=(
        Field(name="id", shape=ID, says="Name of the indicator, the only one of its name in the file.", required=True),
        Field(name="says", shape=PLAIN, says="What is observed when it shows, as a statement.", required=True),
        _WHEN,
        Field(name="examples", shape=_TEXTS, says="Headlines that report it."),
        Field(
            name="supports",
            shape=ListOf(item=ANSWER_REFERENCE, distinct=True),
            says="Answers that it speaks for: answer (of its own question) or question.answer.",
        ),
        Field(
            name="contradicts",
            shape=ListOf(item=ANSWER_REFERENCE, distinct=True),
            says="Answers that it speaks against: answer (of its own question) or question.answer.",
        ),
        Field(name="expect", shape=EXPECT, says="How often, or by when, it is expected to show."),
    ),
)

_INDICATORS = Field(name="indicators", shape=ListOf(item=INDICATOR), says="What can be observed.")

WATCH_POINT = Record(
    wanted="a watch point (a mapping with id and title)",
    says="A subject to watch.",
    fields=(
        Field(name="id", shape=ID, says="Name of the watch point.", required=True),
        Field(name="title", shape=PLAIN, says="Heading of its section in the digest.", required=True),
        _ABOUT,
        _WHEN,
        _EXAMPLES,
        _COUNTEREXAMPLES,
        _THRESHOLD,
        _INDICATORS,
    ),
)

ANSWER = Record(
    wanted="an answer (a mapping with id and says)",
    says="One of the competing answers to a critical question.",
    fields=(
        Field(name="id", shape=ID, says="Name of the answer, within its question.", required=True),
        Field(name="says", shape=PLAIN, says="What it claims.", required=True),
        Field(name="examples", shape=_TEXTS, says="Headlines that speak for it."),
    ),
)

QUESTION = Record(
    wanted="a critical question (a mapping with id, question and answers)",
    says="A question with competing answers.",
    fields=(
        Field(name="id", shape=ID, says="Name of the question.", required=True),
        Field(name="question", shape=PLAIN, says="Its wording, and the heading of its section.", required=True),
        _ABOUT,
        _WHEN,
        _EXAMPLES,
        _COUNTEREXAMPLES,
        _THRESHOLD,
        Field(
            name="answers",
            shape=ListOf(item=ANSWER, least=2),
            says="The competing answers, two at least; + and - in labelled items mean the first and the second.",
            required=True,
        ),
        _INDICATORS,
    ),
)

SCENARIO = Record(
    wanted="a scenario (a mapping with id, title and says)",
    says="A trajectory that expects some indicators and rules out others.",
    fields=(
        Field(name="id", shape=ID, says="Name of the scenario.", required=True),
        Field(name="title", shape=PLAIN, says="Its heading.", required=True),
        Field(name="says", shape=PLAIN, says="What happens in it.", required=True),
        Field(
            name="expects",
            shape=ListOf(item=INDICATOR_REFERENCE, distinct=True),
            says="Indicators that would show if it came true.",
        ),
        Field(
            name="rules_out",
            shape=ListOf(item=INDICATOR_REFERENCE, distinct=True),
            says="Indicators that would not show if it came true.",
        ),
    ),
)

CONCEPTS = TableOf(
    key=CONCEPT_ID,
    value=TableOf(
        key=LANGUAGE_OR_ANY,
        value=ListOf(item=PLAIN, least=1),
        wanted="a mapping of languages to lists of terms, such as {en: [North Korea, DPRK]}",
        fields=(
            Field(
                name="title",
                shape=PLAIN,
                says="What readers of the digest are told the concept is; left out, its first term in their language.",
            ),
        ),
    ),
    wanted="a mapping of concepts to their terms",
)

WATCHPOINTS = Record(
    wanted="a mapping with the keys analysis, concepts, watch_points ...",
    says="What watchtower watches: one analysis.",
    fields=(
        Field(name="analysis", shape=ANALYSIS, says="What the analysis is.", required=True),
        Field(name="concepts", shape=CONCEPTS, says="Named lists of terms by language, for rules and features."),
        Field(name="watch_points", shape=ListOf(item=WATCH_POINT, least=1), says="Subjects to watch."),
        Field(name="critical_questions", shape=ListOf(item=QUESTION, least=1), says="Questions to follow."),
        Field(name="scenarios", shape=ListOf(item=SCENARIO), says="Trajectories to tell apart."),
    ),
    at_least_one=("watch_points", "critical_questions"),
)
