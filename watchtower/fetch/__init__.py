"""Asking for feeds: conditional, polite, bounded and safe HTTP, or documents from a folder."""

from __future__ import annotations
