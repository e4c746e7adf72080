"""Reads archives from disk: stored feed documents, JSON Lines, and OPML lists that point to them."""

from __future__ import annotations
