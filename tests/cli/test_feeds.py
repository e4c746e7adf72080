"""``feeds list``, ``feeds check`` and ``feeds discover`` over feeds on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.test_pull_digest_explain import SETTINGS, rss
from tests.servers import LoopbackServer
from tests.unit.classify import rivers
from watchtower.config import load


@pytest.fixture
def sources(tmp_path: Path, server: LoopbackServer) -> Path:
    """Feeds of every sort: one works, one moved, one is a page, one is gone, one is not there, one is switched off."""
    server.serve("/works.xml", rss("Velin dam opens its gates", "Velin museum reopens"))
    server.redirect("/moved.xml", server.url("/works.xml"), 301)
    server.serve("/page.xml", "<html><title>Our new home</title></html>", headers={"Content-Type": "text/html"})
    server.serve("/gone.xml", status=410)
    names = ("works", "moved", "page", "gone", "missing", "off")
    feeds = "".join(
        f'  - {{id: {name}, url: "{server.url(f"/{name}.xml")}", title: {name.title()} 한국, language: en, owner: O,'
        f" enabled: {'false' if name == 'off' else 'true'}}}\n"
        for name in names
    )
    return rivers.write(tmp_path / "sources", feeds=f"feeds:\n{feeds}", settings=SETTINGS)


def test_list_says_how_every_feed_is_doing(command: Command, sources: Path) -> None:
    before = command("feeds", "list", "--config", sources)
    assert before.status == 0 and before.out.splitlines()[-1] == "6 feeds: 5 never asked, 1 switched off"
    command("pull", "--config", sources)
    lines = command("feeds", "list", "--config", sources).out.splitlines()
    assert lines[0].split() == ["feed", "condition", "last", "item", "rhythm", "next", "try", "title"]
    rows = {line.split()[0]: line for line in lines}
    assert "healthy" in rows["works"] and " in 1 " in rows["works"] and rows["works"].endswith("Works 한국")
    assert lines[lines.index(rows["page"]) + 1].startswith("    not a feed: an HTML page")
    assert lines[-1] == "6 feeds: 2 healthy, 1 not a feed, 1 gone, 1 failing, 1 switched off"


def test_list_can_be_cut_to_states_and_tells_programs_all(command: Command, sources: Path) -> None:
    command("pull", "--config", sources)
    result = command("feeds", "list", "--condition", "gone", "--condition", "not-a-feed", "--config", sources, "--json")
    assert [(row["feed"], row["condition"], row["next_try"] is None) for row in result.json] == [
        ("page", "not a feed", False),
        ("gone", "gone", True),
    ]
    assert all(row["reason"] and row["failures"] == 1 and row["last_item"] is None for row in result.json)
    assert command("feeds", "list", "--condition", "dead", "--config", sources).status == 2


def test_check_tries_every_enabled_feed_and_changes_nothing(
    command: Command, sources: Path, server: LoopbackServer
) -> None:
    before = (sources / "feeds.yml").read_bytes()
    result = command("feeds", "check", "--config", sources)
    assert result.status == 1
    said = dict(line.split(": ", 1) for line in result.out.splitlines())
    assert said["works"].startswith("works, 2 entries, the newest")
    assert said["moved"].startswith(f"moved for good: write {server.url('/works.xml')} as its url in feeds.yml")
    assert said["page"].startswith("not a feed: an HTML page")
    assert said["gone"].startswith("gone: ") and "404" in said["missing"]
    assert said["5 feeds asked"] == "1 works, 1 moved, 1 not a feed, 1 gone, 1 failing"
    assert (sources / "feeds.yml").read_bytes() == before and not (sources / "watchtower.db").exists()


def test_check_of_named_feeds_asks_only_those_even_if_switched_off(
    command: Command, sources: Path, server: LoopbackServer
) -> None:
    server.serve("/off.xml", rss("Back again"))
    result = command("feeds", "check", "off", "works", "--config", sources, "--json")
    assert result.status == 0
    assert [(trial["feed"], trial["result"], trial["entries"]) for trial in result.json] == [
        ("works", "works", 2),
        ("off", "works", 1),
    ]
    assert len(server.requests) == 2
    wrong = command("feeds", "check", "work", "--config", sources)
    assert wrong.status == 2 and "did you mean 'works'?" in wrong.err


def test_check_asks_no_host_more_often_at_once_than_allowed(
    command: Command, tmp_path: Path, server: LoopbackServer
) -> None:
    for n in range(12):
        server.serve(f"/{n}.xml", rss(f"Report {n}"), delay=0.02)
    feeds = "".join(
        f'  - {{id: f{n}, url: "{server.url(f"/{n}.xml")}", title: T, language: en, owner: O}}\n' for n in range(12)
    )
    folder = rivers.write(tmp_path / "many", feeds=f"feeds:\n{feeds}", settings=SETTINGS)
    assert command("feeds", "check", "--config", folder).status == 0
    assert max(server.most_at_once.values()) <= 2


def test_discover_prints_an_entry_that_can_be_pasted(command: Command, sources: Path, server: LoopbackServer) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/{}.xml">'
    server.serve("/", f"<html><head>{link.format('new')}{link.format('works')}</head></html>")
    server.serve(
        "/new.xml", rss("Sluice opens").replace("<title>x</title>", "<title>Sluice</title><language>ko</language>")
    )
    result = command("feeds", "discover", server.url("/"), "--config", sources)
    assert result.status == 0
    assert f"{server.url('/works.xml')}: 2 entries" in result.err and "feed 'works' has it already" in result.err
    with (sources / "feeds.yml").open("a", encoding="utf-8") as file:
        file.write(result.out)
    added = load(sources, {}).feeds[-1]
    assert (added.id, added.url, added.title, added.language) == ("sluice", server.url("/new.xml"), "Sluice", "ko")


def test_discover_takes_a_feed_itself(command: Command, sources: Path, server: LoopbackServer) -> None:
    server.serve("/new", rss("Sluice opens"))
    result = command("feeds", "discover", server.url("/new"), "--config", sources)
    assert (
        command("feeds", "discover", server.url("/new").removeprefix("http://"), "--config", sources).out == result.out
    )
    assert result.out.count("- id:") == 1 and "language: und" in result.out
    assert "where the language is und, the feed does not say it" in result.err


def test_discover_looks_where_feeds_usually_are(command: Command, sources: Path, server: LoopbackServer) -> None:
    server.serve("/", "<html><a href='/feeds/world'>World</a></html>")
    server.serve("/feeds/world", rss("World"))
    server.serve("/rss.xml", rss("Sluice opens"))
    result = command("feeds", "discover", server.url("/"), "--config", sources, "--json")
    assert [found["url"] for found in result.json] == [server.url("/feeds/world"), server.url("/rss.xml")]


def test_discover_says_where_there_is_nothing(command: Command, sources: Path, server: LoopbackServer) -> None:
    server.serve("/", "<html></html>")
    nothing = command("feeds", "discover", server.url("/"), "--config", sources)
    assert nothing.status == 1 and "no feed found" in nothing.err
    server.forget("/")
    lost = command("feeds", "discover", server.url("/"), "--config", sources)
    assert lost.status == 1 and "404" in lost.err
    assert command("feeds", "discover", "javascript:x://", "--config", sources).status == 2


def test_discover_asks_no_private_address_unless_allowed(
    command: Command, folder: Path, server: LoopbackServer
) -> None:
    result = command("feeds", "discover", server.url("/"), "--config", folder)
    assert result.status == 1 and "not a public address" in result.err and server.requests == []
