"""From an archive to stored items: the past, so that it is there to compare with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing

from watchtower.parse import archived as pieces
from watchtower.parse.belonging import Belonging
from watchtower.pipeline.parts import Parts
from watchtower.seams import Archive
from watchtower.types import Archived, Item, Mark, Piece

#: problems and unknown sources that are told one by one; all are counted
MOST_TOLD = 100
#: what stands for the sources beyond that
OTHERS = "(others)"


class TakenIn:
    """Counts over the pieces of one archive."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.before = self.left_out_before = 0
        self.new = self.known = self.undated = 0
        self.unknown: Counter[str] = Counter()
        self.problems: list[str] = []
        self.problem_count = 0

    def skip(self, mark: Mark) -> None:
        """Count a file that was taken in before."""
        self.before += 1
        self.left_out_before += mark.left_out

    def add(self, piece: Piece, done: Archived) -> None:
        """Count a piece."""
        self.files.add(piece.name)
        self.new += len(done.new)
        self.known += done.known
        self.undated += done.undated
        for source, items in done.unknown.items():
            self.unknown[source if source in self.unknown or len(self.unknown) < MOST_TOLD else OTHERS] += items
        self.problem_count += len(done.problems)
        self.problems += done.problems[: MOST_TOLD - len(self.problems)]


def take_in(
    tower: Parts,
    archive: Archive,
    belonging: Belonging,
    again: bool,
    on_piece: Callable[[Piece, TakenIn], None],
    on_stored: Callable[[Sequence[Item]], None],
    stopping: Callable[[], bool],
) -> TakenIn:
    """Store every piece of an archive as backfill; with ``again`` also those that were taken in before."""
    done = TakenIn()
    with closing(archive.pieces({} if again else tower.store.marks())) as found:
        for piece in found:
            if piece.before and piece.mark:
                done.skip(piece.mark)
            else:
                stored = _store(tower, piece, belonging)
                done.add(piece, stored)
                on_stored(stored.new)
            on_piece(piece, done)
            if stopping():
                break
    return done


def _store(tower: Parts, piece: Piece, belonging: Belonging) -> Archived:
    collected = pieces.read(piece, belonging, tower.parser)
    known = tower.store.known_items(collected.keys)
    there = tower.store.known_at(collected.addresses)
    decided = pieces.decide(collected, known, there, piece, tower.clock())
    tower.store.save_archived(decided)
    return decided
