"""Pure: what a digest says and how it is written."""

from __future__ import annotations

from watchtower.digest.alerts import alert_text, alerts
from watchtower.digest.as_json import as_json
from watchtower.digest.brief import brief, heading
from watchtower.digest.compose import compose
from watchtower.digest.data import DayData
from watchtower.digest.mail import mail_page
from watchtower.digest.render import FORMATS, render

__all__ = [
    "FORMATS",
    "DayData",
    "alert_text",
    "alerts",
    "as_json",
    "brief",
    "compose",
    "heading",
    "mail_page",
    "render",
]
