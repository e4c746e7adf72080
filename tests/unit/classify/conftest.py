from __future__ import annotations

from pathlib import Path

import pytest

from watchtower.classify.concepts import ConceptMatcher
from watchtower.config import load

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def shipped() -> ConceptMatcher:
    """The concepts of the shipped analysis."""
    return ConceptMatcher(load(ROOT, {}).analysis.concepts)
