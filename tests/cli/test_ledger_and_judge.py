"""The ledger in the terminal, and the analyst's own judgements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import factories as make
from tests.cli.conftest import Command
from tests.unit.classify import rivers
from watchtower.seams import Store
from watchtower.store import open_store

ASKED = ("judge", "water-sharing", "agreed")
LIKELY = (*ASKED, "likely", "--confidence", "low")


@pytest.fixture
def valley(tmp_path: Path) -> Path:
    """A folder of the rivers, in whose database a pact was signed yesterday and a state protested an hour ago."""
    folder = rivers.write(tmp_path / "valley")
    now = datetime.now(UTC)
    with database(folder) as store:
        for indicator, ago in (("pact", timedelta(days=1)), ("protest", timedelta(hours=1))):
            seen = make.item(key=indicator, title=f"Report of a {indicator}", published=now - ago, first_seen=now)
            store.save_visits([make.visit(seen, at=now)])
            match = make.match(seen, target="water-sharing", indicator=indicator)
            store.save_classified([make.classified(seen, match)], "model-1", "configuration-1")
    return folder


@contextmanager
def database(folder: Path) -> Iterator[Store]:
    with closing(open_store("sqlite:///watchtower.db", folder)) as store:
        yield store


def test_a_ledger_shows_where_the_answers_stand_and_why(command: Command, valley: Path) -> None:
    result = command("ledger", "water-sharing", "--config", valley)
    assert (result.status, result.err) == (0, "")
    told = result.out.splitlines()
    assert told[0] == "Will the states of the valley share the water?"
    assert "half-life 30 days (default)" in told[1]
    assert "  - agreed: They agree (hardly tested)" in told and "  - disputed: They dispute (hardly tested)" in told
    assert "No ranking: none of them is more than hardly tested." in result.out, "one story each ranks nothing"
    assert "Report of a pact" in result.out and "Harbour Ltd, 1 origin, graded F6" in result.out
    assert "pact: A pact is signed" in result.out


def test_without_a_question_all_ledgers_are_listed(command: Command, valley: Path) -> None:
    listed = command("ledger", "--config", valley)
    assert listed.out.startswith("water-sharing: Will the states of the valley share the water?\n")
    assert "watchtower ledger QUESTION shows one of them whole" in listed.out
    shape = command("ledger", "--config", valley, "--json").json
    assert set(shape) == {"ledger", "scenarios", "scenario_ledger"}
    assert shape["ledger"][0] == command("ledger", "water-sharing", "--config", valley, "--json").json | {
        key: shape["ledger"][0][key] for key in ("standings", "lines", "since")
    }
    assert [line["indicator"] for line in shape["ledger"][0]["lines"]] == ["protest", "pact"]


def test_a_ledger_can_be_seen_as_of_a_day(command: Command, valley: Path) -> None:
    before = command("ledger", "water-sharing", "--day", "2020-01-01", "--config", valley)
    assert "no story since" in before.out
    wrong = command("ledger", "--day", "someday", "--config", valley)
    assert wrong.status == 2 and "someday" in wrong.err


def test_another_question_is_refused_with_what_was_meant(command: Command, valley: Path) -> None:
    result = command("ledger", "water-shareing", "--config", valley)
    assert (result.status, result.out) == (2, "")
    assert "did you mean 'water-sharing'?" in result.err


def test_a_reset_begins_the_ledger_anew(command: Command, valley: Path) -> None:
    done = command(
        "ledger", "--reset", "water-sharing", "--note", "a new government", "--by", "ann", "--config", valley
    )
    assert done.status == 0 and done.out.startswith("water-sharing begins anew at 20")
    after = command("ledger", "water-sharing", "--config", valley).out
    assert "begun anew by ann on " in after and "(a new government)" in after
    assert "Report of a pact" not in after and "No ranking: no story since" in after
    as_json = command("ledger", "--reset", "water-sharing", "--config", valley, "--json").json
    assert as_json["reset"]["question"] == "water-sharing"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [(("--reset",), "give the QUESTION"), (("water-sharing", "--note", "x"), "give --reset with it")],
)
def test_options_that_do_not_fit_together_are_refused(
    command: Command, valley: Path, arguments: tuple[str, ...], why: str
) -> None:
    result = command("ledger", *arguments, "--config", valley)
    assert result.status == 2 and why in result.err


def test_a_judgement_is_recorded_listed_and_scored(command: Command, valley: Path) -> None:
    made = command(*LIKELY, "--note", "both need it", "--author", "ann", "--by", "2099-12-31", "--config", valley)
    assert made.status == 0
    assert "ann: agreed is likely (55-80 %), to be known by 2099-12-31. Confidence: low. both need it" in made.out
    assert "settled by: on 2099-12-31 this holds: They agree" in made.out
    listed = command("judge", "--config", valley, "--json").json
    [one] = listed["judgements"]
    assert (one["likelihood"], one["confidence"], one["outcome"], listed["mean_brier"]) == ("likely", "low", None, None)
    assert "ann: agreed is likely" in command("ledger", "water-sharing", "--config", valley).out
    resolved = command("judge", "--resolve", one["id"][:6], "yes", "--config", valley)
    assert resolved.status == 0 and "It came true" in resolved.out and "Brier score 0.106" in resolved.out
    assert "mean Brier score of 1 resolved: 0.106" in command("judge", "--config", valley).out
    again = command("judge", "--resolve", one["id"], "no", "--config", valley)
    assert again.status == 2 and "resolved already: yes" in again.err


def test_the_words_need_no_quotes_and_the_other_column_is_understood(command: Command, valley: Path) -> None:
    for words, meant in (
        (("roughly", "even", "chance"), "roughly even chance"),
        (("almost certain",), "almost certain"),
        (("highly", "improbable"), "very unlikely"),
    ):
        made = command(*ASKED, *words, "--confidence", "high", "--config", valley, "--json").json
        assert (made["likelihood"], made["confidence"]) == (meant, "high")
    assert len(command("judge", "--config", valley).out.splitlines()) == 6


def test_without_a_date_it_is_settled_in_ninety_days(command: Command, valley: Path) -> None:
    made = command(*LIKELY, "--criteria", "a treaty is in force", "--config", valley, "--json").json
    assert made["by"] == (datetime.fromisoformat(made["at"]) + timedelta(days=90)).date().isoformat()
    assert made["criteria"] == "a treaty is in force"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("water-shares", "agreed", "likely", "--confidence", "low"), "did you mean 'water-sharing'?"),
        (("water-sharing", "agred", "likely", "--confidence", "low"), "did you mean 'agreed'?"),
        (("water-sharing", "agreed", "liklely", "--confidence", "low"), "did you mean 'likely'?"),
        (("water-sharing", "agreed", "likely"), "--confidence low|moderate|high"),
        (("water-sharing", "agreed"), "a judgement needs"),
        (("water-sharing", "agreed", "likely", "--confidence", "middling"), "middling"),
        (("water-sharing", "agreed", "likely", "--confidence", "low", "--by", "2020-01-01"), "still to come"),
        (("water-sharing", "agreed", "likely", "--confidence", "low", "--by", "soon"), "write it as 2026-12-31"),
        (("--resolve", "abc", "yes"), "no judgement begins with 'abc'"),
        (("water-sharing", "--resolve", "abc", "yes"), "give no QUESTION"),
    ],
)
def test_a_mistake_is_named_and_records_nothing(
    command: Command, valley: Path, arguments: tuple[str, ...], why: str
) -> None:
    result = command("judge", *arguments, "--config", valley)
    assert (result.status, result.out) == (2, "") and why in result.err
    assert command("judge", "--config", valley).out.startswith("No judgements yet")


def test_the_beginning_of_several_ids_is_refused(command: Command, valley: Path) -> None:
    with database(valley) as store:
        for id in ("aa1", "aa2"):
            store.save_judgement(make.judgement(id=id))
    result = command("judge", "--resolve", "aa", "no", "--config", valley)
    assert result.status == 2 and "2 judgements begin" in result.err
