"""``classify``: JSON Lines in, JSON Lines out."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.unit.classify import rivers
from watchtower import classify as stage
from watchtower.store import open_store

ROOT = Path(__file__).resolve().parents[2]


def lines(*rows: object) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def test_each_line_has_its_answer_in_the_same_order(command: Command, folder: Path) -> None:
    rows = [
        {"id": "3", "title": "Velin dam opens", "summary": "Gates lift.", "published": "2026-01-02", "n": 1},
        {"id": "1", "title": "벨린 홍수로 침수", "language": "ko", "body": None},
        {"id": "2", "title": "Velin signs the treaty on river water"},
    ]  # fmt: skip
    result = command("classify", "--config", folder, stdin=lines(*rows) + b"\n  \n" + lines({"id": "1", "title": ""}))
    assert (result.status, result.err) == (0, "")
    assert [row["id"] for row in result.lines] == ["3", "1", "2", "1"]
    assert all(set(row) == {"id", "scores", "matches"} for row in result.lines)
    assert all(set(row["scores"]) == {"dams", "floods", "water-sharing"} for row in result.lines)
    dams, floods, treaty, empty = (row["matches"] for row in result.lines)
    assert ([m["target"] for m in dams], [m["target"] for m in floods], empty) == (["dams"], ["floods"], [])
    assert (treaty[0]["answer"], treaty[0]["indicator"]) == ("agreed", "pact")
    assert dams[0]["score"] == result.lines[0]["scores"]["dams"] >= dams[0]["threshold"]
    assert "answer" not in dams[0]
    reason = dams[0]["evidence"][0]
    assert set(reason) == {"kind", "name", "text", "field", "start", "end", "weight"}
    for reason in dams[0]["evidence"]:
        if reason["field"]:
            assert rows[0][reason["field"]][reason["start"] : reason["end"]] == reason["text"]


def test_a_bad_line_gives_an_error_line_and_harms_no_other(command: Command, folder: Path) -> None:
    good = lines({"id": "a", "title": "Velin dam opens"})
    bad = [
        b"not json\n",
        b'"text"\n',
        lines({"id": "b"}),
        lines({"title": "Dam"}),
        lines({"id": 7, "title": "Dam"}),
        lines({"id": "c", "title": ["Dam"]}),
        b'{"id": "d", "title": "\xff\xfe"}\n',
        b"[" * 100_000 + b"\n",
    ]
    result = command("classify", "--config", folder, stdin=good + good.join(bad) + good)
    assert result.status == 1
    assert result.err == f"{len(bad)} lines were no item; each has its error in the output\n"
    wrong = [row for row in result.lines if "error" in row]
    assert [row["line"] for row in wrong] == [2, 4, 6, 8, 10, 12, 14, 16]
    assert [row.get("id") for row in wrong] == [None, None, "b", None, 7, "c", None, None]
    assert wrong[2]["error"] == "title is missing" and wrong[5]["error"] == "title must be a string"
    right = [row for row in result.lines if "error" not in row]
    assert len(right) == len(bad) + 1 and all(row == right[0] for row in right)


def test_a_line_of_any_length_harms_no_other(command: Command, folder: Path) -> None:
    good = {"id": "a", "title": "Velin dam opens"}
    long = {"id": "long", "title": "dam " * 25_000, "summary": "x" * 100_000}
    endless = b'{"id": "b", "title": "' + b"dam flood " * 5_000_000 + b'"}'
    result = command("classify", "--config", folder, stdin=lines(good, long) + endless + b"\n" + lines(good) + endless)
    assert result.status == 1
    first, read, refused, last, cut_off = result.lines
    assert first == last and read["id"] == "long" and [match["target"] for match in read["matches"]] == ["dams"]
    assert [refused, cut_off] == [{"line": n, "error": "the line is longer than 8 MiB"} for n in (3, 5)]


@pytest.mark.parametrize(
    "title",
    [
        "",
        " ",
        "\0dam\0",
        "\ud800 dam",
        "\u202edam\u202c",
        "<b>dam</b> &amp; <script>",
        "🌊 dam 👩‍👩‍👧‍👦",
        "የህዳሴ ግድብ",
        "ꙮ" * 1000,
    ],
)
def test_whatever_a_title_holds_it_is_scored(command: Command, folder: Path, title: str) -> None:
    row = {"id": "x", "title": title, "summary": title, "language": "xx-unknown"}
    result = command("classify", "--config", folder, stdin=json.dumps(row).encode() + b"\n")
    assert (result.status, len(result.lines)) == (0, 1)
    for match in result.lines[0]["matches"]:
        for reason in match["evidence"]:
            if reason["field"]:
                assert row[reason["field"]][reason["start"] : reason["end"]] == reason["text"]


def test_nothing_in_is_nothing_out(command: Command, folder: Path) -> None:
    assert command("classify", "--config", folder).out == ""


def test_files_can_be_named(command: Command, folder: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + lines({"id": "a", "title": "Velin dam opens"}).replace(b"\n", b"\r\n"))
    result = command("classify", "--config", folder, "--input", source, "--output", target)
    assert (result.status, result.out) == (0, "")
    assert json.loads(target.read_text())["matches"][0]["target"] == "dams"


@pytest.mark.parametrize("missing", ["--input", "--output"])
def test_a_file_that_cannot_be_opened_is_the_users_mistake(command: Command, folder: Path, missing: str) -> None:
    result = command("classify", "--config", folder, missing, folder / "no" / "where.jsonl")
    assert result.status == 2 and "cannot open" in result.err and "No such file" in result.err


def test_the_input_is_not_overwritten(command: Command, folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(lines({"id": "a", "title": "Dam"}))
    os.link(source, tmp_path / "same.jsonl")
    for target in (source, tmp_path / "same.jsonl"):
        result = command("classify", "--config", folder, "--input", source, "--output", target)
        assert result.status == 2 and "is the input" in result.err
    assert source.read_bytes() == lines({"id": "a", "title": "Dam"})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_an_error_without_a_traceback(command: Command, folder: Path) -> None:
    row = lines({"id": "a", "title": "Dam"})
    result = command("classify", "--config", folder, "--output", "/dev/full", stdin=row)
    assert (result.status, result.err) == (1, "Error: No space left on device\n")
    assert "Traceback" in command("-v", "classify", "--config", folder, "--output", "/dev/full", stdin=row).err


def test_what_is_no_character_is_written_escaped(command: Command, folder: Path) -> None:
    row = b'{"id": "\\ud800", "title": "Velin dam \\udfff opens \\u0000 \\u202e"}'
    result = command("classify", "--config", folder, stdin=row)
    assert result.status == 0 and result.out.isascii()
    assert result.lines[0]["id"] == "\ud800" and result.lines[0]["matches"]


def test_the_first_answers_come_before_the_last_questions(folder: Path) -> None:
    """Streams: with batches of two, two answers are there while the input is still open."""
    (folder / "config" / "settings.yml").write_text("match: {batch: 2}\n")
    command = [sys.executable, "-m", "watchtower", "classify", "--config", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(lines({"id": "a", "title": "Dam"}, {"id": "b", "title": "Flood"}))
        process.stdin.flush()
        assert [json.loads(process.stdout.readline())["id"] for _ in range(2)] == ["a", "b"]
        process.stdin.write(lines({"id": "c", "title": "Flood"}))
        process.stdin.close()
        assert [json.loads(line)["id"] for line in process.stdout] == ["c"]
    assert process.returncode == 0


def test_a_model_is_fitted_once_and_a_damaged_one_again(
    command: Command, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    row = lines({"id": "a", "title": "Velin dam opens"})
    first = command("classify", "--config", folder, stdin=row)
    store = open_store("sqlite:///watchtower.db", folder)
    version = rivers.analysis().version
    kept = store.model(version, stage.FORMAT)
    assert kept is not None
    assert command("classify", "--config", folder, stdin=row).out == first.out
    assert store.model(version, stage.FORMAT) == kept
    store.close()
    with closing(sqlite3.connect(folder / "watchtower.db")) as database:
        database.execute("update models set data = substr(data, 1, 500)")
        database.commit()
    again = command("classify", "--config", folder, stdin=row)
    assert (again.status, again.out) == (0, first.out)
    assert caplog.text.count("fitting it again") == 1
    assert command("classify", "--config", folder, stdin=row).out == first.out
    assert caplog.text.count("fitting it again") == 1, "the model fitted again is kept"
    store = open_store("sqlite:///watchtower.db", folder)
    repaired = store.model(version, stage.FORMAT)
    store.close()
    assert repaired is not None and repaired.data == kept.data


def test_a_stored_model_is_used_without_loading_what_fitting_needs(command: Command, folder: Path) -> None:
    command("classify", "--config", folder, stdin=b"")
    code = "import sys; from watchtower.cli.main import run; run(sys.argv[1:]); sys.exit('sklearn' in sys.modules)"
    arguments = [sys.executable, "-c", code, "classify", "--config", str(folder)]
    row = lines({"id": "a", "title": "Velin dam opens"})
    done = subprocess.run(arguments, input=row, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["matches"]


def test_without_a_database_the_classifier_is_fitted_all_the_same(
    command: Command, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "watchtower.db").write_text("this is no database, and long enough to be taken for one " * 100)
    result = command("classify", "--config", folder, stdin=lines({"id": "a", "title": "Velin dam opens"}))
    assert result.status == 0 and result.lines[0]["matches"]
    assert "fitting the classifier without it" in caplog.text


ORCHARDS = """
analysis: {id: orchards, title: Orchards, source: tests, published: 2026-01, languages: [%s]}
concepts:
  blight: {%s: [%s]}
watch_points:
  - id: orchard-blight
    title: Blight
    when: blight
    examples: [%s]
    counterexamples: [%s]
"""
#: language: terms, an example and a counterexample with a place to be filled in, places, what matches and what does not
OTHER_LANGUAGES = {
    "el": (
        "βλάβη, ασθένεια*", "Ασθένεια χτυπά τις μηλιές στην {} Πόλη", "Μουσείο ανοίγει στην {} Πόλη",
        "Άνω Κάτω Νέα Παλαιά Μικρή Μεγάλη", "«Ασθένεια» χτυπά τα αμπέλια", "Βροχή στη Θράκη",
    ),
    "ar": (
        "مرض, \"*آفة\"", "مرض يضرب بساتين التفاح في {}", "متحف جديد يفتح أبوابه في {}",
        "دمشق حلب تونس طنجة بغداد عمان", "الآفة تضرب كروم العنب، مرض واسع؟", "أمطار غزيرة في الجبال",
    ),
    "hi": (
        "रोग", "सेब के बागों में रोग फैला {}", "{} में नया संग्रहालय खुला",
        "शिमला मनाली नैनीताल सोलन कुल्लू चंबा", "अंगूर के बागों में फैला रोग।", "पहाड़ों में भारी बारिश",
    ),
    "es": (
        "plaga", "Una plaga golpea los manzanos de {}", "Abre un museo en {}",
        "León Soria Jaén Lugo Huesca Teruel", "¡Plagas golpean los viñedos!", "Lluvia intensa en la sierra",
    ),
    "th": (
        "โรค", "โรคระบาดในสวนแอปเปิลที่{}", "พิพิธภัณฑ์เปิดใหม่ที่{}",
        "เชียงใหม่ เชียงราย ลำปาง น่าน แพร่ ตาก", "สวนองุ่นพบโรคระบาด", "ฝนตกหนักบนภูเขา",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_another_analysis_in_another_language_is_only_another_file(
    command: Command, folder: Path, language: str
) -> None:
    terms, example, counterexample, places, matching, other = OTHER_LANGUAGES[language]
    blight, elsewhere = (", ".join(map(text.format, places.split())) for text in (example, counterexample))
    (folder / "watchpoints.yml").write_text(ORCHARDS % (language, language, terms, blight, elsewhere), encoding="utf-8")
    (folder / "feeds.yml").write_text(rivers.FEEDS.replace("language: en", f"language: {language}"))
    assert command("check", "--config", folder).status == 0
    rows = lines({"id": "a", "title": matching}, {"id": "b", "title": other})
    result = command("classify", "--config", folder, stdin=rows)
    assert [[match["target"] for match in row["matches"]] for row in result.lines] == [["orchard-blight"], []]
