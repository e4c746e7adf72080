"""The items a model is fitted on: the analysis's own examples, counterexamples and training set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from watchtower.types import Analysis, Indicator, Target, Text, Verdict

#: the first and second answer of a question, as labels write them
SIGNS = ("+", "-")
#: and that an item speaks for neither
NEITHER = "0"
_SENTENCE_END = re.compile(r"(?<=[.!?。…])\s+|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what is known of it.

    ``belongs`` says for some targets whether the text belongs (all targets, where the judgement is complete);
    ``answers`` names the answer it speaks for, by question, "" where it speaks for none; ``indicator`` the indicator it
    is an example of.
    """

    text: Text
    belongs: Mapping[str, bool]
    answers: Mapping[str, str]
    indicator: str | None = None


def labelled(analysis: Analysis) -> list[Labelled]:
    """List all that the analysis teaches, in the order of its files."""
    return [*_complete(analysis), *(row for target in analysis.targets for row in _partial(target))]


def taught(analysis: Analysis, verdicts: Iterable[Verdict]) -> list[Labelled]:
    """List what verdicts teach of an analysis's present targets; of one that came later than a verdict, nothing."""
    rows = []
    for verdict in verdicts:
        text = Text(id=verdict.item_id, title=verdict.title, summary=verdict.summary, language=verdict.language)
        belongs = {target.id: target.id in verdict.labels for target in analysis.targets if target.id in verdict.judged}
        rows.append(Labelled(text, belongs, _answers(analysis, verdict.labels)))
    return rows


def _complete(analysis: Analysis) -> Iterator[Labelled]:
    for item in analysis.examples:
        text = Text(id="", title=item.title, summary=item.summary, language=item.language)
        belongs = {target.id: target.id in item.labels for target in analysis.targets}
        yield Labelled(text, belongs, _answers(analysis, item.labels))


def _answers(analysis: Analysis, labels: Mapping[str, str]) -> dict[str, str]:
    questions = {target.id: target for target in analysis.targets if target.answers}
    return {
        id: answer
        for id, sign in labels.items()
        if id in questions and (answer := _answer(questions[id], sign)) is not None
    }


def _partial(target: Target) -> Iterator[Labelled]:
    for example in target.examples:
        yield Labelled(as_text(example), {target.id: True}, {})
    for example in target.counterexamples:
        yield Labelled(as_text(example), {target.id: False}, {})
    for answer in target.answers:
        for example in answer.examples:
            yield Labelled(as_text(example), {target.id: True}, {target.id: answer.id})
    for indicator in target.indicators:
        for example in indicator.examples:
            yield Labelled(as_text(example), {target.id: True}, _speaks_for(indicator), indicator.id)


def _speaks_for(indicator: Indicator) -> dict[str, str]:
    """Answers an indicator's example speaks for, where it speaks for one answer of a question alone."""
    by_question: dict[str, set[str]] = {}
    for reference in indicator.supports:
        question, _, answer = reference.partition(".")
        by_question.setdefault(question, set()).add(answer)
    return {question: next(iter(answers)) for question, answers in by_question.items() if len(answers) == 1}


def _answer(question: Target, sign: str) -> str | None:
    if sign == NEITHER:
        return ""
    place = SIGNS.index(sign) if sign in SIGNS else len(question.answers)
    return question.answers[place].id if place < len(question.answers) else None


def as_text(example: str) -> Text:
    """Read an example of the YAML: a headline, perhaps followed by a first sentence."""
    parts = _SENTENCE_END.split(example.strip(), maxsplit=1)
    return Text(id="", title=parts[0], summary=parts[1] if len(parts) > 1 else "")
