"""Sentences for what goes wrong."""

from __future__ import annotations

import ssl
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from watchtower.errors import AddressRefused
from watchtower.fetch.answers import status_sentence, trouble_sentence

KEY: Any = SimpleNamespace(host="x.example", port=443, ssl=True)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (AddressRefused("x.example leads inside"), "x.example leads inside"),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError(1, "certificate has expired")),
            "the certificate of x.example is not valid: certificate has expired",
        ),
        (ssl.SSLError(1, "wrong version"), "no secure connection to x.example: wrong version"),
        (
            ConnectionResetError(104, "Connection reset by peer"),
            "the connection to x.example broke: Connection reset by peer",
        ),
        (aiohttp.ClientOSError(32, "Broken pipe"), "the connection to x.example broke: Broken pipe"),
        (aiohttp.ServerDisconnectedError(), "x.example closed the connection without an answer"),
        (OSError(), "the connection to x.example broke: OSError"),
        (aiohttp.InvalidURL("http://u:secret@x/"), "not a valid address: http://***@x/"),
        (aiohttp.ClientPayloadError("cut\x1b[31m short"), "the answer of x.example broke off or is damaged: cut short"),
    ],
)
def test_trouble_is_said_in_plain_words(error: Exception, sentence: str) -> None:
    assert trouble_sentence(error, "x.example") == sentence


def test_an_endless_message_is_cut() -> None:
    assert len(trouble_sentence(OSError("no " * 10_000), "x.example")) <= 300


def test_every_status_has_a_sentence() -> None:
    assert all(str(status) in status_sentence(status, {}) for status in range(100, 600))
