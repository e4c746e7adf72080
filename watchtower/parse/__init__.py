"""Bytes to items, and what a visit changes: pure functions, no network, no clock."""

from __future__ import annotations
