"""Full text through the pipeline: which pages are read, what robots.txt allows, and that nothing is read twice."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.flow import test_pipeline
from tests.flow.test_pipeline import World
from watchtower.errors import ParseError, UserError
from watchtower.types import Failed, Fetched, FetchRequest, Outcome, PageCounts, StoredItem

#: the fixture of the river valley
world = test_pipeline.world
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SITE = "https://harbour-news.example"


class PlainArticles:
    """A ``seams.Articles`` whose pages are their own articles and whose robots.txt is a list of refused addresses."""

    def allows(self, rules: str, url: str) -> bool:
        return url not in rules.split()

    def wants_pauses(self, rules: str) -> bool:
        return "slowly" in rules.split()

    def close(self) -> None:
        """Nothing is held."""

    def text(self, page: Fetched) -> str:
        if not page.body.startswith(b"Article"):
            raise ParseError("no article was found on the page")
        return page.body.decode()


@dataclass
class Site:
    """Answers for pages and robots.txt; leaves feeds to the world."""

    world: World
    #: address to a body, or to the status of a failure
    answers: dict[str, str | int] = field(default_factory=dict)
    #: address to the one that it leads to
    leads: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, requests: Sequence[FetchRequest]) -> Generator[Outcome, None, None]:
        for request in requests:
            if request.url.endswith("/feed.xml"):
                yield from self.world.fetch([request])
                continue
            self.asked.append(request.url)
            answer = self.answers.get(request.url, 404)
            if isinstance(answer, int):
                yield Failed(feed_id=request.feed_id, reason=f"status {answer}", status=answer, at=self.world.now)
            else:
                url = self.leads.get(request.url, request.url)
                yield Fetched(feed_id=request.feed_id, url=url, body=answer.encode(), headers={}, at=self.world.now)


@pytest.fixture
def site(world: World) -> Site:
    """The site of harbour-news, whose pages are wanted; the classifier finds a dam in titles and in bodies."""
    made = Site(world)
    feeds = tuple(replace(feed, full_text=feed.id == "harbour-news") for feed in world.tower.feeds)
    world.tower = replace(world.tower, feeds=feeds, fetcher=made, articles=PlainArticles)
    return made


def pulled(world: World, **given: bool) -> PageCounts:
    pages = world.tower.pull(**given).pages
    assert pages is not None
    return pages


def matched(world: World) -> list[StoredItem]:
    return world.tower.store.matched_items(world.now - 30 * DAY, world.now + DAY, world.now)


def test_the_page_of_an_item_near_a_target_becomes_its_body_in_the_same_revision(world: World, site: Site) -> None:
    site.answers[f"{SITE}/0"] = "Article about the dam."
    world.prints("harbour-news", "Dam opens", "Museum reopens")
    world.prints("upland-post", "Dam cracks")
    report = world.tower.pull()
    assert report.pages == PageCounts(read=1, matches=1)
    assert report.matches == 2
    assert site.asked == [f"{SITE}/robots.txt", f"{SITE}/0"]
    stored = {one.item.title: one for one in matched(world)}
    assert (stored["Dam opens"].item.body, stored["Dam opens"].item.revision) == ("Article about the dam.", 1)
    assert stored["Dam opens"].classified_by == "words" and stored["Dam cracks"].item.body == ""
    assert world.tower.store.revisions(stored["Dam opens"].item.id) == []


def test_what_is_read_is_grouped_by_its_whole_text(world: World, site: Site) -> None:
    told = "Article. The gates of the Velin dam were opened at dawn, and 412 people had to leave their houses."
    site.answers[f"{SITE}/0"] = told
    named: list[str] = []

    def naming(texts: Sequence[str]) -> list[frozenset[str]]:
        named.extend(texts)
        return [frozenset() for _ in texts]

    world.tower = replace(world.tower, naming=naming)
    world.prints("harbour-news", "Dam opens")
    assert world.tower.pull().stories_new == 1
    assert any("412 people" in text for text in named)


def test_a_page_is_read_once_whatever_happens_afterwards(world: World, site: Site) -> None:
    site.answers[f"{SITE}/0"] = "Article about the dam."
    world.prints("harbour-news", "Dam opens")
    pulled(world)
    world.now += DAY
    assert pulled(world, force=True) == PageCounts()
    [stored] = matched(world)
    assert stored.item.body == "Article about the dam." and stored.item.revision == 1
    assert site.asked.count(f"{SITE}/0") == 1


def test_what_robots_txt_refuses_is_never_asked_for(world: World, site: Site) -> None:
    site.answers |= {f"{SITE}/robots.txt": f"{SITE}/0", f"{SITE}/1": "Article"}
    world.prints("harbour-news", "Dam opens", "Dam cracks")
    assert pulled(world) == PageCounts(read=1, without=1, matches=1)
    assert f"{SITE}/0" not in site.asked
    world.now += 30 * DAY
    assert pulled(world) == PageCounts()


def test_a_site_whose_robots_txt_cannot_be_had_is_left_alone_and_tried_again(world: World, site: Site) -> None:
    site.answers |= {f"{SITE}/robots.txt": 503, f"{SITE}/0": "Article"}
    world.prints("harbour-news", "Dam opens")
    assert pulled(world) == PageCounts(failed=1)
    assert pulled(world) == PageCounts()
    assert site.asked == [f"{SITE}/robots.txt"]
    site.answers[f"{SITE}/robots.txt"] = ""
    world.now += HOUR
    assert pulled(world) == PageCounts(read=1, matches=1)


def test_robots_txt_is_asked_for_once_a_day(world: World, site: Site) -> None:
    for hours in (0, 12, 23, 25):
        world.now += timedelta(hours=hours)
        world.prints("harbour-news", f"Dam {hours} opens")
        world.tower.pull(force=True)
    assert site.asked.count(f"{SITE}/robots.txt") == 3


def test_a_failure_is_remembered_and_tried_again_a_few_times(world: World, site: Site) -> None:
    site.answers[f"{SITE}/0"] = 503
    world.prints("harbour-news", "Dam opens")
    tries = []
    for _ in range(100):
        counts = pulled(world)
        tries.append((counts.failed, counts.without))
        world.now += HOUR
    assert tries.count((1, 0)) == 3 and tries.count((0, 1)) == 1
    assert site.asked.count(f"{SITE}/0") == 4


@pytest.mark.parametrize("answer", [404, 410, 403, "<html>Please log in</html>"])
def test_what_will_not_change_is_not_tried_again(world: World, site: Site, answer: int | str) -> None:
    site.answers[f"{SITE}/0"] = answer
    world.prints("harbour-news", "Dam opens")
    assert pulled(world) == PageCounts(without=1)
    world.now += 30 * DAY
    assert pulled(world) == PageCounts()


def test_a_site_gets_a_few_requests_a_pull_and_one_where_it_asks_for_pauses(world: World, site: Site) -> None:
    site.answers |= {f"{SITE}/{n}": "Article" for n in range(14)}
    world.prints("harbour-news", *(f"Dam {n} opens" for n in range(14)))
    assert [pulled(world).read for _ in range(3)] == [10, 4, 0]
    site.answers[f"{SITE}/robots.txt"] = "slowly"
    world.now += 2 * DAY
    world.printed["harbour-news"] = []
    world.prints("harbour-news", *(f"Barrage {n} at the dam" for n in range(3)))
    assert pulled(world, force=True).read == 1


def test_a_page_that_leads_to_another_site_counts_by_that_sites_rules(world: World, site: Site) -> None:
    site.answers |= {
        f"{SITE}/0": "Article",
        f"{SITE}/1": "Article",
        "https://other.example/robots.txt": "https://other.example/a",
    }
    site.leads |= {f"{SITE}/0": "https://other.example/a", f"{SITE}/1": "https://other.example/b"}
    world.prints("harbour-news", "Dam opens", "Dam cracks")
    assert pulled(world) == PageCounts(read=1, without=1, matches=1)


def test_a_feed_that_is_switched_off_has_no_pages_read(world: World, site: Site) -> None:
    site.answers[f"{SITE}/0"] = 503
    world.prints("harbour-news", "Dam opens")
    pulled(world)
    world.tower = replace(world.tower, feeds=tuple(replace(feed, enabled=False) for feed in world.tower.feeds))
    world.now += DAY
    assert pulled(world) == PageCounts() and site.asked.count(f"{SITE}/0") == 1


def test_a_revision_by_the_publisher_counts_as_one_and_reads_no_second_page(world: World, site: Site) -> None:
    site.answers[f"{SITE}/0"] = "Article about the dam."
    world.prints("harbour-news", "Dam opens")
    pulled(world)
    entry = "<item><guid>Dam opens</guid><title>Dam opens early</title></item>"
    site.answers[f"{SITE}/news"] = f'<rss version="2.0"><channel>{entry}</channel></rss>'
    moved = replace(world.tower, feeds=(replace(world.tower.feeds[0], url=f"{SITE}/news"),))
    report = moved.pull(force=True)
    assert (report.revised, report.pages) == (1, PageCounts())
    [stored] = matched(world)
    assert stored.item.revision == 2 and site.asked.count(f"{SITE}/0") == 1


def test_without_the_extra_a_pull_says_what_to_install_before_it_asks_anybody(world: World, site: Site) -> None:
    def missing() -> PlainArticles:
        raise UserError("install the extra fulltext")

    world.tower = replace(world.tower, articles=missing)
    with pytest.raises(UserError, match="install the extra"):
        world.tower.pull()
    assert world.asked == []
