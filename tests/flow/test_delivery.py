"""Mail and webhook from the real daemon, killed at the worst moments: what arrived is counted by its name."""

from __future__ import annotations

import random
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.daemons import World, stop, watching
from tests.mailbox import Mailbox
from tests.servers import LoopbackServer

READERS = ("ann@river.example", "bo@river.example", "cy@river.example")
SETTINGS = """
  readers:
    - {id: desk, mail: [ann@river.example, bo@river.example]}
    - {id: cy, mail: cy@river.example, targets: [dams], languages: [en], files: true, formats: [txt]}
    - {id: hook, webhook: 'http://127.0.0.1:%(web)d/hook'}
mail: {host: localhost, port: %(mail)d, security: none, sender: desk@watch.example}
delivery: {uncertain: %(uncertain)s}
"""


@dataclass
class Town:
    """A daemon with its feeds, a mail server and a web server, and a bullet for the daemon."""

    world: World
    box: Mailbox
    web: LoopbackServer
    daemon: subprocess.Popen[bytes] | None = None
    #: the daemon is killed when this says so
    now: Callable[[str], bool] = lambda where: False
    kills: list[str] = field(default_factory=list)

    def shoot(self, where: str) -> None:
        if self.daemon is not None and self.now(where):
            self.kills.append(where)
            self.daemon.kill()

    def start(self) -> subprocess.Popen[bytes]:
        self.daemon = self.world.start()
        return self.daemon

    def finish(self) -> None:
        """Let a last daemon do what is left; every reader has one digest, and no message waits."""
        self.now = lambda where: False
        last = self.start()
        self.world.until_event(last, "pull done")
        self.world.until("all handed over", self.is_done, last)
        assert stop(last) == 0

    def is_done(self) -> bool:
        recorded = self.world.rows("select count(*), count(distinct reader) from digests") == [(4, 4)]
        waiting = "select count(*) from outbox where sent_at is null and given_up_at is null"
        return recorded and self.world.rows(waiting) == [(0,)]

    def arrived(self) -> dict[str, Counter[str]]:
        """Who got which mails, by Message-ID, and how often."""
        found: dict[str, Counter[str]] = {}
        for one, id in zip(self.box.received, self.box.ids(), strict=True):
            found.setdefault(one.recipients[0], Counter())[id] += 1
        return found

    def check(self) -> None:
        """Each reader has one mail, and the hook one post; whatever came again has the same name."""
        assert {who: len(ids) for who, ids in self.arrived().items()} == dict.fromkeys(READERS, 1)
        assert len({request.header("webhook-id") for request in self.web.asked("/hook")}) == 1
        assert [path.name for path in (self.world.folder / "digests" / "cy").iterdir()] == [
            path.with_suffix(".txt").name for path in (self.world.folder / "digests").glob("*.md")
        ]


@pytest.fixture
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    with ExitStack() as stack:
        box, web = stack.enter_context(Mailbox()), stack.enter_context(LoopbackServer())
        web.serve("/hook", status=204)
        uncertain = getattr(request, "param", "retry")
        settings = SETTINGS % {"mail": box.port, "web": web.port, "uncertain": uncertain}
        made = Town(stack.enter_context(watching(tmp_path, settings.lstrip("\n"))), box, web)

        def to_recipient(address: str) -> None:
            made.shoot("recipient")

        box.to_recipient, box.on_kept = to_recipient, lambda: made.shoot("kept")
        yield made


def test_each_reader_gets_their_digest_once_however_often_the_daemon_is_started(town: Town) -> None:
    town.finish()
    town.finish()
    town.check()
    assert [sum(ids.values()) for ids in town.arrived().values()] == [1, 1, 1]
    assert len(town.web.asked("/hook")) == 1
    said = town.box.received[0].mail.get_body(("plain",))
    assert said is not None and "Dam 0 opens" in said.get_content()


@pytest.mark.parametrize("at", [1, 3])
def test_killed_while_the_server_is_told_the_recipient_nothing_is_lost_or_doubled(town: Town, at: int) -> None:
    asked = iter(range(1, 100))
    town.now = lambda where: where == "recipient" and next(asked) == at
    assert town.start().wait(60) == -signal.SIGKILL
    assert town.kills == ["recipient"]
    town.finish()
    town.check()
    assert [sum(ids.values()) for ids in town.arrived().values()] == [1, 1, 1]


def test_killed_when_the_server_has_the_mail_it_comes_at_most_once_more_with_the_same_name(town: Town) -> None:
    town.now = lambda where: where == "kept" and len(town.box.received) == 1
    assert town.start().wait(60) == -signal.SIGKILL
    assert town.kills == ["kept"]
    assert town.world.rows("select count(*) from outbox where sending_since is not null") == [(1,)]
    town.finish()
    town.check()
    assert sorted(sum(ids.values()) for ids in town.arrived().values()) == [1, 1, 2]
    twice = [one.data for one in town.box.received if one.recipients == town.box.received[0].recipients]
    assert twice[0] == twice[1]


def test_killed_there_twice_it_is_given_up_and_listed(town: Town) -> None:
    town.now = lambda where: where == "kept" and town.box.received[-1].recipients == (READERS[0],)
    for _ in range(2):
        assert town.start().wait(60) == -signal.SIGKILL
    town.finish()
    town.check()
    assert town.arrived()[READERS[0]].total() == 2
    assert town.world.rows("select recipient, uncertain from outbox where given_up_at is not null") == [(READERS[0], 1)]


@pytest.mark.parametrize("town", ["hold"], indirect=True)
def test_where_that_is_asked_for_an_uncertain_mail_is_held_at_once(town: Town) -> None:
    town.now = lambda where: where == "kept" and len(town.box.received) == 1
    assert town.start().wait(60) == -signal.SIGKILL
    town.finish()
    town.check()
    assert [sum(ids.values()) for ids in town.arrived().values()] == [1, 1, 1]
    assert town.world.rows("select count(*) from outbox where given_up_at is not null") == [(1,)]


def test_killed_between_recording_and_sending_nothing_is_lost(town: Town) -> None:
    daemon = town.start()
    town.world.until("recorded", lambda: town.world.rows("select 1 from digests"), daemon)
    assert stop(daemon, signal.SIGKILL) == -signal.SIGKILL
    town.finish()
    town.check()


def test_kills_at_random_lose_nothing_and_double_only_what_was_uncertain(town: Town) -> None:
    chance = random.Random(11)
    for _ in range(3):
        daemon = town.start()
        with pytest.raises(subprocess.TimeoutExpired):
            daemon.wait(chance.uniform(0.4, 3))
        stop(daemon, signal.SIGKILL)
    town.finish()
    town.check()
    assert all(ids.total() <= 2 for ids in town.arrived().values())
