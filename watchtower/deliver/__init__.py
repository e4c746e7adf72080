"""Hands messages over: one module a channel, each behind ``seams.Notifier``."""

from __future__ import annotations
