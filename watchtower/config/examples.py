"""The JSON Lines files that ``examples_from`` names: labelled items, one a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watchtower.config.formats import LANGUAGE, MAYBE_EMPTY, PLAIN, TARGET_REFERENCE, choice, shown
from watchtower.config.json_tree import read_json
from watchtower.config.shapes import Field, Record, TableOf
from watchtower.config.tree import TreeError
from watchtower.config.validate import Found, Log, read
from watchtower.text import did_you_mean
from watchtower.types import LabelledItem, TargetKind

LABELS = TableOf(
    key=TARGET_REFERENCE,
    value=choice("", "+", "-", "0"),
    wanted='a mapping of targets to signs, such as {"some-question": "+"}',
)

EXAMPLE = Record(
    wanted="a labelled item (an object with title and labels)",
    says="A labelled item: a text with a complete judgement.",
    fields=(
        Field(name="title", shape=PLAIN, says="The headline.", required=True),
        Field(
            name="labels",
            shape=LABELS,
            says="Every target that it belongs to; of a question + is its first answer, - its second, 0 neither.",
            required=True,
        ),
        Field(name="summary", shape=MAYBE_EMPTY, says="The first sentences.", nullable=True),
        Field(name="language", shape=LANGUAGE, says="Its language.", nullable=True),
        Field(name="id", shape=MAYBE_EMPTY, says="Ignored here.", nullable=True),
        Field(name="body", shape=MAYBE_EMPTY, says="Ignored here.", nullable=True),
        Field(name="published", shape=MAYBE_EMPTY, says="Ignored here.", nullable=True),
        Field(name="source", shape=MAYBE_EMPTY, says="Ignored here.", nullable=True),
    ),
)


def read_examples(text: str, kinds: Mapping[str, TargetKind], log: Log, record: Record = EXAMPLE) -> tuple[Found, ...]:
    """Read the labelled items of a file's text, each a ``record``; what is wrong goes to the log.

    ``kinds`` tells what every target is: only labels for questions may carry a sign.
    """
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and (example := _example(line.removesuffix("\r"), number, kinds, log, record)):
            found.append(example)
    return tuple(found)


def _example(line: str, number: int, kinds: Mapping[str, TargetKind], log: Log, record: Record) -> Found | None:
    try:
        tree, mistakes = read_json(line, number)
    except TreeError as error:
        log.add_at(error.line, error.column, "", error.message)
        return None
    for mistake in mistakes:
        log.add_at(mistake.line, mistake.column, mistake.path, mistake.message)
    found = read(record, tree, "", log)
    if found and kinds and (labels := found.at("labels")):
        _check_labels(labels, kinds, log)
    return found


def _check_labels(labels: Found, kinds: Mapping[str, TargetKind], log: Log) -> None:
    for target, key in labels.keys.items():
        sign = labels.at(target)
        if target not in kinds:
            hint = did_you_mean(target, set(kinds)) or "; name a watch point or a critical question"
            log.add(key, f"labels.{target}", f"no such target: {shown(target)}{hint}")
        elif sign and sign.value and kinds[target] is TargetKind.WATCH_POINT:
            message = f"a watch point has no answers to point to: expected \"\", got '{sign.value}'"
            log.add(sign.tree, sign.path, message)


def labelled_items(examples: Sequence[Found]) -> tuple[LabelledItem, ...]:
    """Make the values of examples without problems."""
    return tuple(
        LabelledItem(
            title=plain["title"],
            summary=plain.get("summary") or "",
            language=plain.get("language"),
            labels=plain["labels"],
        )
        for plain in (example.plain() for example in examples)
    )
