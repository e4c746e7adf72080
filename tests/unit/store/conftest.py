"""The databases of the contract, for the tests of what is particular to one of them."""

from __future__ import annotations

from tests.contract.conftest import empty_postgresql_url, postgresql_url

__all__ = ["empty_postgresql_url", "postgresql_url"]
