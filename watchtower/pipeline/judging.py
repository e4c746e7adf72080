"""What the analyst says beside the evidence: judgements in ICD 203 words, and resets of ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from watchtower import assess as assessments
from watchtower.assess import judging
from watchtower.errors import UserError
from watchtower.pipeline.parts import Parts
from watchtower.text import did_you_mean
from watchtower.types import Confidence, Judgement, Likelihood, Reset, TargetKind, stable_id

#: in how many days a judgement is settled where its date is left out
SETTLED_IN = timedelta(days=90)


def judge(
    tower: Parts, question: str, answer: str, words: str, *, confidence: Confidence, author: str, note: str,
    by: date | None, criteria: str | None,
) -> Judgement:  # fmt: skip
    """Record a judgement; ``UserError`` for what the analysis does not have, or words that ICD 203 does not."""
    now = tower.clock()
    answers = _answers(tower, question)
    if answer not in answers:
        raise UserError(f"{question} has no answer {answer!r}{did_you_mean(answer, answers)}")
    likelihood = judging.likelihood(words)
    if likelihood is None:
        known = [one.value for one in Likelihood]
        hint = did_you_mean(words.lower(), [*known, *judging.ALIASES])
        raise UserError(f"{words!r} is no expression of likelihood{hint}; use one of: {', '.join(known)}")
    by = by or (now + SETTLED_IN).date()
    if by <= now.date():
        raise UserError(f"the date {by.isoformat()} by which it will be known must be still to come")
    made = Judgement(
        id=stable_id("judgement", tower.analysis.id, question, answer, now.isoformat()),
        analysis=tower.analysis.id,
        question=question,
        answer=answer,
        likelihood=likelihood,
        confidence=confidence,
        note=note,
        author=author,
        at=now,
        by=by,
        criteria=criteria or f"on {by.isoformat()} this holds: {answers[answer]}",
    )
    tower.store.save_judgement(made)
    return made


def resolve(tower: Parts, id: str, outcome: bool) -> Judgement:
    """Note how a judgement came out and score it; ``id`` may be its beginning. ``UserError`` where it is none's."""
    known = tower.store.judgements(tower.analysis.id)
    found = [one for one in known if one.id.startswith(id)] if id else []
    if len(found) != 1:
        what = f"{len(found)} judgements begin" if found else "no judgement begins"
        raise UserError(f"{what} with {id!r}; `watchtower judge` lists them")
    if found[0].outcome is not None:
        raise UserError(f"judgement {found[0].id[:8]} was resolved already: {'yes' if found[0].outcome else 'no'}")
    made = judging.resolved(found[0], outcome, tower.clock())
    tower.store.save_judgement(made)
    return made


def mean_score(judgements: Sequence[Judgement]) -> float | None:
    """Average the Brier scores of what is resolved; None where nothing is."""
    return judging.mean_brier(judgements)


def reset(tower: Parts, question: str, *, author: str, note: str) -> Reset:
    """Begin a ledger anew from now on; ``UserError`` where the analysis has no such question."""
    check_ledger(tower, question)
    made = Reset(analysis=tower.analysis.id, question=question, at=tower.clock(), author=author, note=note)
    tower.store.save_reset(made)
    return made


def check_ledger(tower: Parts, question: str) -> None:
    """Raise ``UserError`` where there is no ledger of this name."""
    known = [board.id for board in assessments.boards(tower.analysis)]
    if question not in known:
        there = f"; there are: {', '.join(known)}" if known else "; the analysis has none"
        raise UserError(f"no ledger of {question!r}{did_you_mean(question, known)}{there}")


def _answers(tower: Parts, question: str) -> dict[str, str]:
    questions = {one.id: one for one in tower.analysis.targets if one.kind is TargetKind.CRITICAL_QUESTION}
    if question not in questions:
        raise UserError(f"no critical question {question!r}{did_you_mean(question, questions)}")
    return {answer.id: answer.says for answer in questions[question].answers}
