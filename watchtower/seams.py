"""The places where a part can be swapped. Each says what it promises; each has two implementations in the tree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Protocol

from watchtower.types import (
    Alert,
    Archived,
    Classified,
    Copy,
    Definition,
    Digest,
    Earlier,
    Explanation,
    FeedDay,
    FeedState,
    Fetched,
    FetchRequest,
    Grouping,
    Headline,
    Item,
    Judgement,
    KnownItem,
    LastTold,
    Mark,
    Measurement,
    Message,
    Outcome,
    Page,
    ParsedFeed,
    Piece,
    Reset,
    Retold,
    Robots,
    Sighting,
    StoredItem,
    StoredModel,
    StoryItem,
    Text,
    Verdict,
    Visit,
    WebAnswer,
)

Clock = Callable[[], datetime]
#: names the analysis' concepts that each text mentions, whatever its language
Naming = Callable[[Sequence[str]], Sequence[frozenset[str]]]


class Fetcher(Protocol):
    """Asks servers for feeds.

    ``fetch`` yields one outcome a request, in the order they arrive, never raising for a bad feed: what went
    wrong is a ``Failed``. Closing the iterator cancels what is still under way.
    """

    def fetch(self, requests: Sequence[FetchRequest]) -> Generator[Outcome, None, None]: ...


class Web(Protocol):
    """Asks one address at a time for what is no feed, behind the same guard and within the same limits as feeds.

    Any status is an answer. Raises ``FetchError`` with a sentence where none came, ``AddressRefused`` where the
    address may not be asked. Safe to call from several threads, not from a running event loop. Where many
    addresses are wanted at once, a ``Fetcher`` asks them within the limits of each host.
    """

    def get(self, url: str, *, accept: str = "*/*") -> WebAnswer:
        """Get an address, following redirects."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebAnswer:
        """Send ``body`` once, following no redirect; the answer may be cut."""


class Archive(Protocol):
    """Stored documents and items, read from disk.

    ``pieces`` yields every file's pieces in the same order each time, from where its mark says that reading stopped;
    of a file that has been taken in whole, one empty piece. It never raises for a bad file: that is a problem of a
    piece without a mark. ``size`` is the number of bytes on disk.
    """

    size: int

    def pieces(self, marks: Mapping[str, Mark]) -> Generator[Piece, None, None]: ...


class Parser(Protocol):
    """Makes entries of the bytes of feeds.

    ``parse`` raises only ``ParseError``, with a sentence for people; where it bounds time and memory, also for a
    document that takes too much of them. ``headers`` are lower-cased; ``base_url`` is the address that the document
    came from, for relative links. Safe to call from several threads.
    """

    def parse(self, body: bytes, headers: Mapping[str, str], base_url: str) -> ParsedFeed: ...

    def close(self) -> None:
        """Let go of what parses; nothing is parsed afterwards, and closing twice is fine."""


class Articles(Protocol):
    """Understands web pages and robots.txt. Pure: the same page gives the same text."""

    def allows(self, rules: str, url: str) -> bool:
        """Tell whether a site's robots.txt allows us to read an address of it."""

    def wants_pauses(self, rules: str) -> bool:
        """Tell whether a site's robots.txt asks us for pauses between requests."""

    def text(self, page: Fetched) -> str:
        """Give the article of a page as plain text. Raises ``ParseError`` where there is none."""

    def close(self) -> None:
        """Let go of what reads; closing twice is fine."""


class Classifier(Protocol):
    """Scores texts against every target of one analysis.

    ``classify`` keeps the order of its input, gives the same scores for the same text whatever the batch,
    and never raises for a text. ``model`` names what gave the scores, ``configuration`` the analysis version.
    """

    model: str
    configuration: str

    def classify(self, texts: Sequence[Text]) -> list[Classified]: ...

    def explain(self, text: Text) -> list[Explanation]:
        """Say for every target why the text does or does not match it, and of a reject what it would have needed."""


class Notifier(Protocol):
    """Hands over one message, or says why not.

    ``DeliveryError`` where it did not arrive and a later try may succeed, ``DeliveryRefused`` where no try ever will,
    ``DeliveryUncertain`` where nobody knows whether it arrived. ``committing`` is called once, right before the step
    that cannot be taken back; it may raise, and then that step is not done. ``repeatable`` says that the receiver can
    tell a repeat or that a repeat does no harm. One thread at a time.
    """

    channel: str
    repeatable: bool

    def deliver(self, message: Message, committing: Callable[[], None]) -> None: ...


#: how far back a store tells what was told, counted from the newest recorded ``until``
REMEMBERED = timedelta(days=30)


class Store(Protocol):
    """Remembers. Every method is one transaction and raises only ``StoreError``; times are aware UTC.

    Spans are whole seconds. Safe to call from several threads. Repeating a save with the same value changes nothing.
    What no database can hold in a text (NUL, lone surrogates) is stored as U+FFFD, and such a validator is dropped.
    """

    # --- collecting
    def feed_states(self) -> Mapping[str, FeedState]:
        """What is remembered of every feed ever visited, by feed id."""

    def known_items(self, wanted: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, KnownItem]]:
        """Feed id and keys in; feed id to key to what is known out, only for those that exist."""

    def save_visits(self, visits: Sequence[Visit]) -> None:
        """Store each visit whole: items, revisions, feed state with its validators, and a line in the log.

        An item is replaced only by a higher revision. It then counts as unclassified, and stays in its story
        and keeps its matches, whose ``revision`` is the earlier one, until ``save_classified``.
        """

    # --- archives
    def marks(self) -> Mapping[str, Mark]:
        """How far each file of an archive has been taken in, by its path."""

    def known_at(self, wanted: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, Sequence[KnownItem]]]:
        """Feed id and canonical addresses in; feed id to address to the feed's items there, by id, out."""

    def save_archived(self, archived: Archived) -> None:
        """Store the new items and the mark of one piece of an archive whole; an item that is there stays as it is."""

    # --- full text
    def want_pages(self, wanted: Sequence[Page]) -> None:
        """Note pages to read; of an item whose page is noted already, nothing changes."""

    def due_pages(self, now: datetime, feeds: Collection[str], limit: int) -> list[Page]:
        """At most so many pages of these feeds whose next try has come: sites take turns.

        First the longest overdue of each site, then the second of each, and so on; of one turn the longest overdue
        first, then by item.
        """

    def save_page(self, page: Page, text: str | None) -> None:
        """Store what came of a page; a text becomes its item's body, in the same revision, to be classified again."""

    def robots(self, sites: Sequence[str]) -> Mapping[str, Robots]:
        """What is remembered of these sites' robots.txt, by site."""

    def save_robots(self, robots: Sequence[Robots]) -> None:
        """Remember what sites ask, in place of what they asked before."""

    # --- grouping
    def ungrouped(self, limit: int) -> list[StoryItem]:
        """Items in view of a target that are in no story yet, oldest ``dated`` first."""

    def story_items(self, since: datetime, until: datetime) -> list[StoryItem]:
        """Grouped items with ``since <= dated < until``, ordered by ``dated`` and id."""

    def strand_items(self, strands: Collection[str]) -> list[StoryItem]:
        """Every item of these strands, whenever dated, ordered by ``dated`` and id."""

    def save_grouping(self, grouping: Grouping) -> None:
        """Put the items into their stories, and the stories into their strands; stories left empty disappear."""

    # --- classifying
    def unclassified(self, limit: int) -> list[Text]:
        """Items whose present revision no model has read yet, oldest first_seen first."""

    def save_classified(self, classified: Sequence[Classified], model: str, configuration: str) -> None:
        """Replace the matches of these items, and note which model read them and whether they are in view of a target.

        What is for a revision that is no longer the present one is left out.
        """

    # --- looking up
    def item(self, id: str) -> StoredItem | None:
        """One item by its id."""

    def items_at(self, url: str) -> list[StoredItem]:
        """Items with this canonical URL, newest ``dated`` first."""

    def revisions(self, id: str) -> list[Item]:
        """The earlier revisions of an item, oldest first; without the present one."""

    def items_of_stories(self, stories: Sequence[str]) -> list[StoredItem]:
        """Every item of these stories, ordered by ``dated`` and id."""

    def story_copies(self, stories: Sequence[str]) -> list[Copy]:
        """Every item of these stories as a copy of its story, ordered by ``dated`` and id."""

    # --- digest
    def matched_items(self, since: datetime, until: datetime, seen_by: datetime) -> list[StoredItem]:
        """Items with at least one match, ``since <= dated < until`` and ``first_seen <= seen_by``; by ``dated``, id."""

    def late_items(self, since: datetime, until: datetime, dated_after: datetime) -> list[StoredItem]:
        """Items with a match first seen in the period but dated before it, not before ``dated_after``, no backfill."""

    def earlier_matches(self, since: datetime, until: datetime, seen_by: datetime) -> list[Earlier]:
        """Matches of items with ``since <= dated < until`` and ``first_seen <= seen_by``; by ``dated``, id, target."""

    def told(self, digest: str | None = None, *, reader: str | None = None) -> Mapping[str, frozenset[str]]:
        """Recorded digests' ids to the ids of the items they told of: of one digest, or of those of 30 days.

        The 30 days end with the newest recorded ``until``, whatever the analysis. With ``reader`` only that reader's.
        """

    def save_digest(self, digest: Digest, told: Sequence[str], local_date: str, messages: Sequence[Message]) -> bool:
        """Record a digest, the items it tells of and its messages, at once.

        False, and nothing stored, where a digest of this analysis for this reader and local date, or of this id, is
        recorded already. The messages name this digest or an earlier one, and their ids are new. Of each item it is
        noted in which revision and under which targets it is told, for ``retold``.
        """

    def last_digest(self, analysis: str, reader: str = "") -> Digest | None:
        """The recorded daily digest of a reader with the latest ``until``."""

    def last_told(self, analysis: str, reader: str = "") -> LastTold | None:
        """How far that digest goes."""

    def digest(self, id: str) -> Digest | None:
        """One recorded digest."""

    def digest_of(self, analysis: str, local_date: str, reader: str = "") -> Digest | None:
        """The digest recorded for a reader's local date."""

    # --- assessing
    def sightings(
        self, since: datetime, until: datetime, seen_by: datetime, indicators: Sequence[str] | None = None
    ) -> list[Sighting]:
        """Matches of items with ``since <= dated < until`` and ``first_seen <= seen_by``; by ``dated``, id and target.

        All of them, or those that name one of some indicators.
        """

    def headlines(self, ids: Sequence[str]) -> Mapping[str, Headline]:
        """What these items are shown by, of those that are there."""

    def delivered(self, windows: Sequence[tuple[datetime, datetime]]) -> list[Mapping[str, int]]:
        """For each window, feed id to how many items with ``since <= dated < until`` it has brought."""

    def feed_days(self, since: date) -> list[FeedDay]:
        """On each UTC date from ``since`` on, which feeds answered a visit, and when first and last; by day, feed."""

    def retold(self, analysis: str, reader: str = "") -> list[Retold]:
        """Items that a reader's digests of 30 days told of and that were revised, and read again, since then.

        By item id. The 30 days end with the newest recorded ``until`` of these.
        """

    def definitions(self, analysis: str) -> list[Definition]:
        """What the targets of an analysis were defined as, oldest first."""

    def save_definitions(self, definitions: Sequence[Definition]) -> None:
        """Keep these; one of the same analysis, target and configuration stays as it was."""

    def resets(self, analysis: str) -> list[Reset]:
        """The resets of an analysis' ledgers, oldest first."""

    def save_reset(self, reset: Reset) -> None:
        """Keep a reset."""

    def judgements(self, analysis: str) -> list[Judgement]:
        """The analyst's own judgements, oldest first."""

    def save_judgement(self, judgement: Judgement) -> None:
        """Keep a judgement; one of the same id is replaced."""

    # --- alerts
    def known_alerts(self, analysis: str, keys: Sequence[str]) -> frozenset[str]:
        """Those of the keys that are recorded."""

    def alerts_since(self, analysis: str, since: datetime) -> list[Alert]:
        """Recorded alerts with ``since <= at``, oldest first, then by key."""

    def save_alerts(self, alerts: Sequence[Alert], messages: Sequence[Message]) -> bool:
        """Record alerts and their messages at once; False, and nothing stored, where one of them is recorded."""

    # --- outbox: the marks raise ``StoreError`` for an unknown message, and leave one that was handed over as it is
    def due_messages(self, now: datetime) -> list[Message]:
        """Messages neither handed over nor given up whose next try has come, oldest first."""

    def unsent_messages(self) -> list[Message]:
        """All messages that were not handed over, given up or not, oldest first."""

    def mark_sending(self, message: str, at: datetime) -> None:
        """Note that a try is under way that cannot be taken back; the other marks end it.

        When this or ``mark_sent`` returns, it and all that was saved before outlive a power cut.
        """

    def mark_sent(self, message: str, at: datetime) -> None:
        """Note that the message was handed over; the first time counts."""

    def mark_failed(self, message: str, problem: str, next_try: datetime, *, uncertain: bool = False) -> None:
        """Count an attempt, and note what failed and when to try again; ``uncertain`` where it may have arrived."""

    def mark_given_up(self, message: str, problem: str, at: datetime) -> None:
        """Count an attempt, the last, and note why there is no other."""

    def retry(self, message: str) -> None:
        """Make a message due now, as if it had never been tried."""

    # --- verdicts
    def save_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """Keep these judgements; of one item the newest by ``at`` counts, of equally new ones the last given."""

    def verdicts(self) -> list[Verdict]:
        """Every item's judgement, oldest ``at`` first, then by item id."""

    # --- models
    def model(self, configuration: str, format: int) -> StoredModel | None:
        """The newest model fitted from this configuration in this byte format."""

    def learned_model(self, analysis: str) -> StoredModel | None:
        """The newest model of this analysis, by its id, that was fitted with verdicts, whatever its configuration."""

    def newest_model(self) -> str | None:
        """The id of the model that was made last, whatever it is of: when it changes, look again at which one runs."""

    def save_model(self, model: StoredModel) -> None:
        """Keep a fitted model; older ones of the same configuration stay."""

    def save_measurement(self, measurement: Measurement) -> None:
        """Keep what a model was found to be worth; the newest by ``at`` counts, of equally new ones the last given."""

    def measurement(self, model: str) -> Measurement | None:
        """What the model was last found to be worth on verdicts."""

    # --- life
    def exclusive(self, name: str, wait_seconds: float = 0) -> AbstractContextManager[None]:
        """Hold a named lock that dies with this process; ``StoreBusy`` where another process holds it."""

    def close(self) -> None:
        """Let go of the database; closing twice is fine."""
