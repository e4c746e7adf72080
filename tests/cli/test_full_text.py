"""``full_text: true`` over a real server: page, robots.txt, article and matches."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.test_pull_digest_explain import SETTINGS
from tests.servers import LoopbackServer
from tests.unit.classify import rivers

pytest.importorskip("trafilatura", reason="needs the extra fulltext")
pytest.importorskip("protego", reason="needs the extra fulltext")

SENTENCES = (
    "The new dam opens in the upper valley after nine years of building.",
    "Engineers will close the gates of the hydropower dam in spring.",
    "Two villages below the dam were moved, and their mayors came to the opening.",
    "The first water is expected to reach the turbines of the barrage in autumn.",
)
ARTICLE = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


@pytest.fixture
def valley(tmp_path: Path, server: LoopbackServer) -> Path:
    """One feed with full text: two items match by their titles, the third only by its page; one page is not there."""
    entries = "".join(
        f"<item><guid>{n}</guid><title>{title}</title><link>{server.url(f'/news/{n}')}</link></item>"
        for n, title in enumerate(("Velin dam opens", "Upland dam cracks", "Barrage closes in Velin"))
    )
    server.serve("/feed.xml", f'<rss version="2.0"><channel><title>x</title>{entries}</channel></rss>')
    server.serve("/robots.txt", "User-agent: *\nDisallow: /news/1", headers={"Content-Type": "text/plain"})
    html = f"<html><body><article><h1>Dam</h1>{ARTICLE}</article></body></html>"
    server.serve("/news/2", html, headers={"Content-Type": "text/html"})
    feeds = f'feeds:\n  - {{id: harbour-news, url: "{server.url("/feed.xml")}", title: H, language: en, owner: H,'
    return rivers.write(tmp_path / "valley", feeds=f"{feeds} full_text: true}}\n", settings=SETTINGS)


def test_pages_near_a_target_are_read_once_and_told_of(command: Command, valley: Path, server: LoopbackServer) -> None:
    result = command("pull", "--config", valley, "--json")
    assert result.json["pages"] == {"read": 1, "without": 2, "failed": 0}
    assert [len(server.asked(path)) for path in ("/robots.txt", "/news/0", "/news/1", "/news/2")] == [1, 1, 0, 1]
    assert result.json["matches"] == 3
    again = command("pull", "--force", "--config", valley)
    assert "0 pages read, 0 without an article, 0 to be tried again." in again.out
    assert len(server.asked("/news/2")) == 1
    explained = command("explain", server.url("/news/2"), "--config", valley, "--json").json["items"][0]
    assert explained["revision"] == 1
    dams = next(target for target in explained["targets"] if target["target"] == "dams")
    assert "body" in {reason["field"] for reason in dams["evidence"]}


def test_the_name_that_robots_txt_is_held_against_is_the_one_that_we_give(
    command: Command, valley: Path, server: LoopbackServer
) -> None:
    command("pull", "--config", valley)
    agents = {request.header("user-agent") or "" for request in server.requests}
    assert all(agent.startswith("watchtower/") for agent in agents)


def test_without_the_extra_a_pull_says_what_to_install(
    command: Command, valley: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchtower.config.extras.find_spec", lambda name: None if name == "protego" else name)
    result = command("pull", "--config", valley)
    assert result.status == 2 and server.requests == []
    said = "full_text needs the extra fulltext (protego is not installed): pip install 'watchtower[fulltext]'"
    assert said in result.err
    checked = command("check", "--config", valley)
    assert checked.status == 0 and re.search(
        rf"feeds\.yml:2:\d+: feeds\[0\]\.full_text: {re.escape(said)}", checked.out
    )
    assert command("feeds", "list", "--config", valley).status == 0
