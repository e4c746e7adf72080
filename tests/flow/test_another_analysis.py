"""A second analysis is only YAML: it loads, fits, classifies, is pulled for and digested without a line of code."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from tests.servers import LoopbackServer
from watchtower import classify
from watchtower.classify.classifier import TextClassifier
from watchtower.cli.main import run
from watchtower.config import load
from watchtower.types import Analysis, Indicator, Text

ROOT = Path(__file__).resolve().parents[2]
SECOND = ROOT / "config" / "examples" / "south-china-sea"

#: headlines in nobody's training set, with the target that each belongs to
BELONGING = (
    ("incidents-at-sea", "en", "Wooden supply boat swamped by water cannon on way to Second Thomas Shoal"),
    ("incidents-at-sea", "zh", "菲公務船在黃岩島遭中國海警船撞擊"),
    ("incidents-at-sea", "vi", "Tàu hải cảnh Trung Quốc dùng vòi rồng tấn công tàu cá Việt Nam gần Hoàng Sa"),
    ("incidents-at-sea", "tl", "Barko ng PCG, binangga ng barko ng China malapit sa Ayungin"),
    ("features-armed", "en", "New pictures show harbour and landing strip on Barque Canada Reef"),
    ("features-armed", "zh", "卫星影像显示永暑礁新增雷达与导弹阵地"),
    ("features-armed", "vi", "Ảnh vệ tinh hé lộ đường băng mới trên đảo nhân tạo ở Trường Sa"),
    ("features-armed", "ja", "西沙の島に中国軍の爆撃機、衛星画像で確認"),
    ("coast-guards-and-militia", "en", "Dozens of militia boats raft up at Sabina Shoal, Manila says"),
    ("coast-guards-and-militia", "zh", "海警舰艇编队在黄岩岛附近常态化执法巡航"),
    ("coast-guards-and-militia", "vi", "Tàu dân quân biển Trung Quốc xuất hiện dày đặc quanh đảo Thị Tứ"),
    ("coast-guards-and-militia", "tl", "CCG, nagpatrolya na naman sa paligid ng Panatag, ayon sa PCG"),
    ("energy-and-fish", "en", "Chinese survey vessel maps seabed inside Vietnam's exclusive economic zone"),
    ("energy-and-fish", "zh", "越南抗议中国南海休渔令"),
    ("energy-and-fish", "vi", "Ngư dân Lý Sơn vẫn ra Trường Sa bất chấp lệnh cấm đánh bắt"),
    ("energy-and-fish", "tl", "Mga mangingisda, takot nang pumalaot sa Scarborough"),
    ("code-of-conduct", "en", "Beijing and ASEAN start new round on code of conduct for disputed sea"),
    ("code-of-conduct", "zh", "東協與中國同意加快南海行為準則談判"),
    ("code-of-conduct", "vi", "Vòng đàm phán mới về Bộ quy tắc ứng xử ở Biển Đông"),
    ("code-of-conduct", "ja", "南シナ海の行動規範、ASEANと中国が交渉加速で一致"),
    ("claimants-align", "en", "Manila and Jakarta agree to joint coast guard patrols along sea border"),
    ("claimants-align", "zh", "菲律賓與越南在南海舉行海警聯合演習"),
    ("claimants-align", "vi", "Việt Nam và Indonesia diễn tập chung cảnh sát biển, tăng cường hợp tác trên biển"),
    ("claimants-align", "ja", "日本とフィリピン、南シナ海で共同訓練"),
    ("arbitration-ruling", "en", "France calls 2016 arbitral award on South China Sea binding"),
    ("arbitration-ruling", "zh", "外交部：南海仲裁裁决非法，中方不接受"),
    ("arbitration-ruling", "vi", "Philippines kêu gọi Trung Quốc tôn trọng phán quyết của Tòa Trọng tài về Biển Đông"),
    ("arbitration-ruling", "tl", "Anibersaryo ng arbitral award, ipinagdiwang; Tsina, hindi pa rin sumusunod"),
    ("us-commitment", "en", "Rubio tells Manila mutual defence treaty covers attacks at sea"),
    ("us-commitment", "zh", "美軍驅逐艦在黃岩島附近執行自由航行任務"),
    ("us-commitment", "vi", "Mỹ cam kết bảo vệ Philippines nếu tàu bị tấn công ở Biển Đông"),
    ("us-commitment", "tl", "Amerika, magpapadala pa ng missile sa Balikatan"),
)
#: headlines from the same shores that belong to no target
OTHER = (
    ("en", "Heavy rain floods streets of Manila, classes suspended"),
    ("en", "Pirates hijack tanker off Somalia"),
    ("en", "Manila hosts ASEAN tourism forum"),
    ("zh", "日本海上保安廳：海警船駛入釣魚台海域"),
    ("zh", "中国与越南举行边境贸易洽谈会"),
    ("vi", "Giá cà phê Việt Nam xuất khẩu lập kỷ lục"),
    ("vi", "Cảnh sát biển cứu tàu hàng mắc cạn ở Bình Thuận"),
    ("tl", "Gilas Pilipinas, tinalo ang Lebanon"),
    ("ja", "フィリピン沖で地震、津波の心配なし"),
)


@cache
def analyses() -> tuple[Analysis, Analysis]:
    return load(ROOT, {}).analysis, load(SECOND, {}).analysis


def indicators(analysis: Analysis) -> Iterator[Indicator]:
    for target in analysis.targets:
        yield from target.indicators


@pytest.fixture(scope="module")
def fitted() -> TextClassifier:
    _, second = analyses()
    return classify.fit_classifier(second, datetime(2026, 1, 1, tzinfo=UTC))[0]


def test_it_is_checked_without_problems_or_advice(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--config", str(SECOND)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("no problems: ")
    assert "advice" not in out + err


def test_it_is_nothing_like_the_first() -> None:
    first, second = analyses()
    assert {target.id for target in first.targets}.isdisjoint(target.id for target in second.targets)
    assert {each.id for each in indicators(first)}.isdisjoint(each.id for each in indicators(second))
    assert set(second.languages) - set(first.languages) == {"vi", "tl"}


def test_it_is_as_full_as_an_analysis_should_be() -> None:
    _, second = analyses()
    assert len(second.targets) == 8
    assert all(len(target.examples) >= 12 and len(target.counterexamples) >= 8 for target in second.targets)
    assert all(len(target.answers) in (0, 2) for target in second.targets)
    assert len(list(indicators(second))) >= 30
    assert len(second.scenarios) >= 4
    assert len(second.examples) >= 160


def test_the_headlines_below_are_not_learned_from() -> None:
    _, second = analyses()
    taught = {item.title for item in second.examples}
    for target in second.targets:
        answers = (example for answer in target.answers for example in answer.examples)
        shown = (example for each in target.indicators for example in each.examples)
        taught.update((*target.examples, *target.counterexamples, *answers, *shown))
    assert taught.isdisjoint(title for *_, title in (*BELONGING, *OTHER))


@pytest.mark.parametrize(("target", "language", "title"), BELONGING)
def test_what_belongs_matches(fitted: TextClassifier, target: str, language: str, title: str) -> None:
    [told] = fitted.classify([Text(id="held-out", title=title, summary="", language=language)])
    assert target in {match.target for match in told.matches}
    assert all(match.evidence for match in told.matches)


@pytest.mark.parametrize(("language", "title"), OTHER)
def test_what_does_not_belong_does_not_match(fitted: TextClassifier, language: str, title: str) -> None:
    [told] = fitted.classify([Text(id="held-out", title=title, summary="", language=language)])
    assert told.matches == ()


def test_its_news_is_pulled_and_digested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WATCHTOWER_FETCH__ALLOW_PRIVATE_NETWORKS", "true")
    folder = shutil.copytree(SECOND, tmp_path / "watch")
    written = tmp_path / "digest.md"
    with LoopbackServer() as server:
        by_language = {language: _titles(language) for language in ("en", "zh", "vi", "tl", "ja")}
        for language, titles in by_language.items():
            server.serve(f"/{language}.xml", _rss(titles))
        (folder / "feeds.yml").write_text(_feeds(server, by_language), encoding="utf-8")
        assert run(["pull", "--config", str(folder)]) == 0
    assert run(["digest", "--config", str(folder), "--output", str(written)]) == 0
    assert f"{len(BELONGING) + len(OTHER)} new items" in capsys.readouterr().out
    digest = _unescaped(written.read_text("utf-8"))
    _, second = analyses()
    assert [target.title for target in second.targets if target.title not in digest] == []
    assert [title for *_, title in BELONGING if title not in digest] == []
    assert [title for _, title in OTHER if title in digest] == []


def test_no_stage_knows_a_name_of_either_analysis() -> None:
    names = {name for analysis in analyses() for name in _names(analysis)}
    assert len(names) > 250
    compound = re.compile(
        "|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names if re.search("[-_]", name))
    )
    known = [
        (str(path.relative_to(ROOT)), line, text)
        for path in _stages()
        for line, text in _strings(path)
        if text in names or compound.search(text)
    ]
    assert known == []


def test_languages_are_named_only_where_readers_are_told_of_them() -> None:
    codes = {code for analysis in analyses() for code in analysis.languages}
    naming = {path.name for path in _stages() for _, text in _strings(path) if text in codes}
    assert naming <= {"wording.py", "atom.py"}


def _names(analysis: Analysis) -> Iterator[str]:
    yield analysis.id
    yield from (concept.id for concept in analysis.concepts)
    yield from (scenario.id for scenario in analysis.scenarios)
    yield from (each.id for each in indicators(analysis))
    for target in analysis.targets:
        yield target.id
        yield from (answer.id for answer in target.answers)


def _stages() -> list[Path]:
    """The code, the demo and its command apart: they are about the shipped analysis, and say so."""
    return [path for path in sorted((ROOT / "watchtower").rglob("*.py")) if "demo" not in (*path.parts, path.stem)]


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the string constants of a module that are no docstrings, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def _titles(language: str) -> list[str]:
    belonging = [title for _, code, title in BELONGING if code == language]
    return belonging + [title for code, title in OTHER if code == language]


def _rss(titles: list[str]) -> str:
    dated = format_datetime(datetime.now(UTC) - timedelta(hours=1))
    items = "".join(
        f"<item><guid>{number}</guid><title>{escape(title)}</title><link>https://paper.example/{number}</link>"
        f"<pubDate>{dated}</pubDate></item>"
        for number, title in enumerate(titles)
    )
    return f'<rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>'


def _feeds(server: LoopbackServer, languages: dict[str, list[str]]) -> str:
    entries = (
        f"{{id: {code}-paper, url: '{server.url(f'/{code}.xml')}', title: {code}, language: {code}, owner: {code}}}"
        for code in languages
    )
    return "feeds:\n" + "".join(f"  - {entry}\n" for entry in entries)


def _unescaped(markdown: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)
