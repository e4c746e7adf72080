from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import pytest

from tests import factories as make
from watchtower.store.jsons import from_json, to_json
from watchtower.types import DayCount, Digest, FeedHealth, Health, PullReport


def test_a_digest_with_everything_in_it_comes_back_the_same() -> None:
    health = Health(
        feeds=2,
        read=1,
        items=7,
        failing=(FeedHealth(feed="a", title="A", problem="410", failures=3, last_success=None, next_check=make.NOW),),
        never_read=("b",),
    )
    section = make.section(make.digest_story(), before=(DayCount(day=date(2026, 11, 22), stories=4),), left_out=1)
    digest = make.digest(section, health=health)
    assert from_json(Digest, json.loads(json.dumps(to_json(digest)))) == digest


def test_a_digest_of_an_earlier_version_stays_readable() -> None:
    data = to_json(make.digest())
    del data["late"]
    data["forgotten"] = {"since": "version 0"}
    assert from_json(Digest, data) == make.digest()


def test_mappings_and_whole_numbers_where_fractions_are_meant_keep_their_types() -> None:
    counts = dict.fromkeys(("due", "fetched", "unchanged", "failed", "new", "revised", "known"), 0)
    stories = {"stories_new": 0, "stories_grown": 0, "matches": 0}
    report = PullReport(**counts, **stories, seconds=2.0, problems={"a": "no answer"})
    back = from_json(PullReport, json.loads('{"seconds": 2}') | {**to_json(report), "seconds": 2})
    assert back == report
    assert isinstance(back.seconds, float)


@dataclass(frozen=True)
class Odd:
    """A field that JSON cannot tell apart."""

    value: int | str


def test_what_has_no_form_in_json_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        to_json(object())
    with pytest.raises(TypeError, match="apart"):
        from_json(Odd, {"value": 1})
