"""A small analysis of our own, dams and floods in five languages, that many tests share; fitted once a process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.factories import NOW
from watchtower.classify import fit_classifier
from watchtower.classify.classifier import TextClassifier
from watchtower.config import load
from watchtower.types import Analysis, StoredModel, Text

FEEDS = """
feeds:
  - {id: harbour-news, url: "https://harbour-news.example/feed.xml", title: Harbour, language: en, owner: Harbour Ltd}
  - {id: upland-post, url: "https://upland-post.example/feed.xml", title: Upland, language: en, owner: Upland Press}
"""

WATCHPOINTS = """
analysis:
  id: rivers
  title: Dams and floods
  source: written for the tests
  published: 2026-01
  languages: [en, ko, ru, zh, ja]
  examples_from: config/examples/rivers.jsonl
concepts:
  dam: {en: [dam, barrage, hydropower], ko: [댐*], ru: [плотина, дамба], zh: [大坝, 水坝], ja: [ダム]}
  flood: {en: [flood, flooding, inundat*], ko: [홍수], ru: [наводнение, паводок], zh: [洪水, 洪灾], ja: [洪水]}
  river: {en: [river], ko: [강], ru: [река], zh: [河流], ja: [河川]}
  treaty: {en: [treaty, accord], ko: [조약], ru: [договор], zh: [条约], ja: [条約]}
watch_points:
  - id: dams
    title: Dams
    when: dam
    examples: [New dam opens on the upper river. Engineers close the gates in spring.]
    counterexamples: [Beaver dam delights hikers in the city park]
    indicators:
      - {id: dam-opens, says: A dam is opened, examples: [Hydropower dam opens after nine years, 새 댐 완공식 열려]}
      - {id: dam-breaks, says: A dam breaks, when: dam and flood, examples: [Dam wall cracks and villages are cleared]}
  - id: floods
    title: Floods
    when: flood and not in_title(treaty)
    examples: [Flood warning for the lower valley]
critical_questions:
  - id: water-sharing
    question: Will the states of the valley share the water?
    when: treaty or near(river, dam, 8)
    answers:
      - {id: agreed, says: They agree, examples: [Valley states sign the river accord]}
      - {id: disputed, says: They dispute, examples: [Downstream ministers walk out of the river talks]}
    indicators:
      - {id: pact, says: A pact is signed, supports: [agreed], examples: [Ministers initial a treaty on river water]}
      - {id: protest, says: A state protests, supports: [disputed], examples: [Downstream state rejects barrage]}
"""

#: language to place names, and to sentences about dams, floods, agreements, quarrels and other things
PLACES = {
    "en": ("Arun", "Belva", "Corin", "Desna"),
    "ko": ("가람", "나루", "다온", "라온"),
    "ru": ("Арун", "Бельва", "Корин", "Десна"),
    "zh": ("阿伦", "贝瓦", "科林", "德纳"),
    "ja": ("アルン", "ベルバ", "コリン", "デスナ"),
}
SENTENCES = {
    "en": {
        "dams": ("{} dam opens its gates", "Engineers finish the hydropower barrage at {}"),
        "floods": ("Flood submerges streets of {}", "Flooding near {} forces hundreds from their homes"),
        "+": ("{} signs the treaty on river water",),
        "-": ("{} quits talks on the river treaty in anger",),
        "": ("Museum in {} reopens with a show of lace", "{} football club wins the cup", "Bakers of {} raise prices"),
    },
    "ko": {
        "dams": ("{} 댐 수문 개방", "{} 수력발전 댐 완공"),
        "floods": ("{} 홍수로 도로 침수", "{} 홍수 경보 발령"),
        "+": ("{} 강물 조약에 서명",),
        "-": ("{} 강물 조약 회담 거부",),
        "": ("{} 박물관 재개관", "{} 축구단 우승", "{} 빵값 인상"),
    },
    "ru": {
        "dams": ("Плотина в городе {} открыла шлюзы", "У города {} достроили плотину"),
        "floods": ("Наводнение затопило улицы города {}", "Паводок под городом {}: жителей вывозят"),
        "+": ("{} подписывает договор о воде реки",),
        "-": ("{} покидает переговоры по договору о реке",),
        "": ("Музей в городе {} открылся", "Клуб {} выиграл кубок", "Пекари города {} подняли цены"),
    },
    "zh": {
        "dams": ("{}大坝开闸放水", "{}水坝建成发电"),
        "floods": ("{}遭洪水淹没街道", "{}发布洪水预警"),
        "+": ("{}签署河流用水条约",),
        "-": ("{}退出河流条约谈判",),
        "": ("{}博物馆重新开放", "{}足球队夺冠", "{}面包涨价"),
    },
    "ja": {
        "dams": ("{}ダムが放流を開始", "{}の発電ダムが完成"),
        "floods": ("{}で洪水、道路が冠水", "{}に洪水警報"),
        "+": ("{}が河川の条約に署名",),
        "-": ("{}が河川条約の協議から離脱",),
        "": ("{}の博物館が再開", "{}のサッカー部が優勝", "{}のパンが値上げ"),
    },
}  # fmt: skip


def examples() -> Iterator[dict[str, object]]:
    """Yield the training set: every sentence at every place, with its complete judgement."""
    for language, kinds in SENTENCES.items():
        for kind, sentences in kinds.items():
            for sentence, place in product(sentences, PLACES[language]):
                if kind in ("+", "-"):
                    labels = {"water-sharing": kind}
                else:
                    labels = {kind: ""} if kind else {}
                yield {"title": sentence.format(place), "language": language, "labels": labels}


def write(folder: Path, *, feeds: str = FEEDS, watchpoints: str = WATCHPOINTS, settings: str = "") -> Path:
    """Write the three files of the analysis into a folder."""
    (folder / "config" / "examples").mkdir(parents=True)
    (folder / "feeds.yml").write_text(feeds, encoding="utf-8")
    (folder / "watchpoints.yml").write_text(watchpoints, encoding="utf-8")
    (folder / "config" / "settings.yml").write_text(settings, encoding="utf-8")
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in examples())
    (folder / "config" / "examples" / "rivers.jsonl").write_text(lines, encoding="utf-8")
    return folder


@cache
def analysis() -> Analysis:
    """Read the analysis, once."""
    with TemporaryDirectory() as folder:
        return load(write(Path(folder)), {}).analysis


@cache
def fitted() -> tuple[TextClassifier, StoredModel]:
    """Fit its classifier, once."""
    return fit_classifier(analysis(), NOW)


def classifier() -> TextClassifier:
    """Give the fitted classifier."""
    return fitted()[0]


def text(title: str, summary: str = "", body: str = "", **given: str) -> Text:
    """Make a text to classify."""
    return Text(**{"id": "text", "title": title, "summary": summary, "body": body, **given})


#: headlines that belong to a target but are not in the training set
BELONG = {
    "dams": (
        "Dam at Velin opens after a dry spring",
        "벨린 댐 수문 열려",
        "В городе Велин открыли плотину",
        "韦林大坝开闸",
        "ベリンのダムが完成",
    ),
    "floods": (
        "Flood in Velin submerges homes",
        "벨린 홍수로 침수",
        "Паводок: наводнение в Велине",
        "韦林遭洪水淹没",
        "ベリンで洪水が発生",
    ),
}  # fmt: skip
ELSEWHERE = ("Velin museum shows lace", "벨린 축구단 우승", "Пекари Велина подняли цены", "韦林足球队夺冠", "")
