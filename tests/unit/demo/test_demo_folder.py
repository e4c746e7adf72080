"""The demo's folder: made, remade, and never made out of somebody else's."""

from __future__ import annotations

from datetime import time

import pytest

from watchtower.config import load
from watchtower.demo.folder import MARKER, prepare
from watchtower.demo.samples import read_samples
from watchtower.errors import UserError

SAMPLES = read_samples()


def url_of(feed):
    return f"http://127.0.0.1:8000/{feed.id}"


def test_the_folder_holds_a_configuration_without_problems(tmp_path):
    prepare(tmp_path / "new" / "demo", SAMPLES, url_of)
    config = load(tmp_path / "new" / "demo", {})
    assert config.warnings == ()
    assert {feed.id: feed.url for feed in config.feeds} == {sample.id: url_of(sample) for sample in SAMPLES}
    assert (config.settings.digest.at, config.settings.digest.zone) == (time(6, 30), "Asia/Seoul")


def test_only_the_servers_own_address_is_allowed(tmp_path):
    prepare(tmp_path, SAMPLES, url_of)
    fetch = load(tmp_path, {}).settings.fetch
    assert (fetch.allow, fetch.allow_private_networks) == (("127.0.0.1",), False)


def test_feeds_keep_owner_grade_and_state(tmp_path):
    prepare(tmp_path, SAMPLES, url_of)
    feed = next(feed for feed in load(tmp_path, {}).feeds if feed.id == "zarya-inform")
    assert (feed.owner, feed.kind, feed.state, feed.reliability) == ("Zarya State Media", "state-media", "RU", "D")


def test_a_second_demo_begins_with_nothing_of_the_first(tmp_path):
    prepare(tmp_path, SAMPLES, url_of)
    (tmp_path / "watchtower.db").write_bytes(b"old")
    (tmp_path / "digests").mkdir()
    (tmp_path / "digests" / "2024-10-24.html").write_text("old")
    prepare(tmp_path, SAMPLES, url_of)
    assert not (tmp_path / "watchtower.db").exists()
    assert not (tmp_path / "digests").exists()


def test_somebody_elses_folder_is_left_alone(tmp_path):
    (tmp_path / "feeds.yml").write_text("mine")
    with pytest.raises(UserError, match="not made by the demo"):
        prepare(tmp_path, SAMPLES, url_of)
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.yml"]
    assert (tmp_path / "feeds.yml").read_text() == "mine"


def test_what_a_link_in_the_folder_leads_to_is_not_emptied(tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "demo"
    outside.mkdir()
    (outside / "keep").write_text("mine")
    prepare(folder, SAMPLES, url_of)
    (folder / "link").symlink_to(outside)
    prepare(folder, SAMPLES, url_of)
    assert (outside / "keep").read_text() == "mine"
    assert (folder / MARKER).is_file()


def test_a_folder_that_cannot_be_made_is_the_users_mistake(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="give another --folder"):
        prepare(tmp_path / "file", SAMPLES, url_of)
