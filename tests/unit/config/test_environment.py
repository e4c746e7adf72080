from __future__ import annotations

from pathlib import Path

import pytest

from watchtower.config import load
from watchtower.errors import ConfigError


def said(folder: Path, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, environ)
    return [str(problem) for problem in caught.value.problems]


def test_the_environment_goes_before_the_file(folder: Path) -> None:
    settings = load(
        folder,
        {
            "WATCHTOWER_FETCH__ALLOW_PRIVATE_NETWORKS": "true",
            "WATCHTOWER_FETCH__CONCURRENCY": "7",
            "WATCHTOWER_FETCH__TIMEOUT_SECONDS": "2.5",
            "WATCHTOWER_FETCH__MAX_BYTES": "1048576",
            "WATCHTOWER_FETCH__ALLOW": "localhost, 10.0.0.0/8",
            "WATCHTOWER_FETCH__CONTACT": "",
            "WATCHTOWER_DIGEST__ZONE": "Europe/Oslo",
            "WATCHTOWER_DIGEST__FORMATS": "json",
            "WATCHTOWER_DATABASE__URL": "postgresql://me:hunter2@db/w",
            "WATCHTOWER_WEB__TOKEN": "12345",
            "PATH": "/bin",
        },
    ).settings
    assert settings.fetch.allow_private_networks is True
    assert (settings.fetch.concurrency, settings.fetch.timeout_seconds, settings.fetch.max_bytes) == (7, 2.5, 1048576)
    assert settings.fetch.allow == ("localhost", "10.0.0.0/8")
    assert (settings.digest.zone, settings.digest.formats) == ("Europe/Oslo", ("json",))
    assert settings.database.url == "postgresql://me:hunter2@db/w"
    assert settings.web.token == "12345"
    assert "12345" not in repr(settings)


def test_sizes_by_environment_may_carry_their_unit(folder: Path) -> None:
    assert load(folder, {"WATCHTOWER_FETCH__MAX_BYTES": "2MiB"}).settings.fetch.max_bytes == 2 * 1024**2


def test_an_empty_list_is_an_empty_variable(folder: Path) -> None:
    assert load(folder, {"WATCHTOWER_FETCH__ALLOW": ""}).settings.fetch.allow == ()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("FETCH__CONCURENCY", "5", "no such setting; did you mean 'WATCHTOWER_FETCH__CONCURRENCY'?"),
        ("FETCH__CONCURRENCY", "many", "expected a whole number from 1 to 2000, got 'many'"),
        ("FETCH__CONCURRENCY", "", "expected a whole number from 1 to 2000, got an empty text"),
        ("FETCH__ALLOW_PRIVATE_NETWORKS", "yes", "expected true or false, got 'yes'; did you mean true?"),
        ("DIGEST__ZONE", "Europe/Olso", "no such time zone: 'Europe/Olso'; did you mean 'Europe/Oslo'?"),
        ("WEB__TOKEN_FILE", "/nowhere", "/nowhere: no such file"),
        (
            "DATABASE__URL",
            "postgres://me:hunter2@db/w",
            "expected an address such as sqlite:///watchtower.db or postgresql://host/name; "
            "what it is set to is not shown",
        ),
    ],
)
def test_a_wrong_variable_is_named(folder: Path, name: str, value: str, message: str) -> None:
    assert said(folder, **{f"WATCHTOWER_{name}": value}) == [f"environment:1:1: WATCHTOWER_{name}: {message}"]


def test_an_entry_of_a_list_is_named(folder: Path) -> None:
    assert said(folder, WATCHTOWER_DIGEST__FORMATS="html,pdf") == [
        "environment:1:1: WATCHTOWER_DIGEST__FORMATS[1]: expected one of html, md, txt, json, atom, got 'pdf'"
    ]


def test_names_without_a_section_and_those_of_tests_are_left_alone(folder: Path) -> None:
    load(folder, {"WATCHTOWER_HOME": "x", "WATCHTOWER_TEST_A__B": "x", "OTHER__THING": "x"})


def test_one_underscore_where_two_belong_is_named(folder: Path) -> None:
    assert said(folder, WATCHTOWER_DIGEST_ZONE="Asia/Seoul") == [
        "environment:1:1: WATCHTOWER_DIGEST_ZONE: no such setting; did you mean 'WATCHTOWER_DIGEST__ZONE'?"
    ]


def test_a_secret_comes_from_a_file(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("hunter2\n")
    assert load(folder, {"WATCHTOWER_WEB__TOKEN_FILE": str(secret)}).settings.web.token == "hunter2"
    secret.write_text("sqlite:///other.db\n")
    assert load(folder, {"WATCHTOWER_DATABASE__URL_FILE": str(secret)}).settings.database.url == "sqlite:///other.db"


def test_an_empty_secret_is_refused(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("\n")
    assert said(folder, WATCHTOWER_WEB__TOKEN_FILE=str(secret)) == [
        "environment:1:1: WATCHTOWER_WEB__TOKEN_FILE: expected a text; what it is set to is not shown"
    ]


def test_a_secret_is_given_once(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("hunter2")
    assert said(folder, WATCHTOWER_WEB__TOKEN_FILE=str(secret), WATCHTOWER_WEB__TOKEN="x") == [
        "environment:1:1: WATCHTOWER_WEB__TOKEN_FILE: WATCHTOWER_WEB__TOKEN is set too: unset one of them"
    ]


def test_only_secrets_come_from_files(folder: Path) -> None:
    assert "no such setting" in said(folder, WATCHTOWER_LOG__LEVEL_FILE="/etc/hostname")[0]
