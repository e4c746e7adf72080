"""Terms are found as the editor means them: word by word, in every form, and nowhere inside other words."""

from __future__ import annotations

import time
import unicodedata

import pytest

from tests.unit.classify import rivers
from watchtower.classify import concepts as module
from watchtower.classify.concepts import ConceptMatcher, Hit
from watchtower.types import Concept


def matcher(*terms: str) -> ConceptMatcher:
    return ConceptMatcher([Concept(id="c", terms={"any": terms})])


def found(term: str, text: str) -> list[str]:
    one = matcher(term)
    hits = one.hits(text)
    assert one.masks([text])[0] == bool(hits), "mask and hits differ"
    return [text[hit.start : hit.end] for hit in hits]


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("dam", "The dam, two dams, a Dam's wall; DAM", ["dam", "dams", "Dam", "DAM"]),
        ("dam", "damage adam macadam dame", []),
        ("city", "Cities of the city", ["Cities", "city"]),
        ("breach", "breaches, a breach", ["breaches", "breach"]),
        ("river bank", "River banks; river-bank; river\nbank", ["River banks", "river-bank", "river\nbank"]),
        ("river bank", "river the bank", []),
        ("river-bank", "river bank river—bank", ["river bank", "river—bank"]),
        ("N. Velin", "N. Velin's, N Velin", ["N. Velin", "N Velin"]),
        ("Тайвань", "Тайвань и Тайваня, Тайванем, Тайваню", ["Тайвань", "Тайваня", "Тайванем", "Тайваню"]),
        ("Тайвань", "тайваньский", []),
        ("Северная Корея", "с Северной Кореей, в Северную Корею", ["Северной Кореей", "Северную Корею"]),
        ("река", "реки рекой рекорд", ["реки", "рекой"]),
        ("КНДР", "в КНДР", ["КНДР"]),
        ("북한", "북한이 남북한 북한군", ["북한", "북한"]),
        ("이란", "것이란 말", []),
        ("이란", "이란의 핵", ["이란"]),
        ("북", "북·러 회담, 북한", ["북"]),
        ("러", "북·러 회담", ["러"]),
        ("댐 붕괴", "댐 붕괴로, 댐붕괴", ["댐 붕괴", "댐붕괴"]),
        ("金・正", "金·正 金‧正", ["金·正", "金‧正"]),
        ("台湾", "在台湾海峡", ["台湾"]),
        ("北", "北, 北京", ["北"]),
        ("北", "北이 北の", ["北"]),
        ("ダム", "巨大ダムが", ["ダム"]),
    ],
)
def test_a_term_is_found_in_its_forms_and_in_no_other_word(term: str, text: str, words: list[str]) -> None:
    assert found(term, text) == words


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("Южная Корея", "в «Южной Корее» и “Южной Кореей”", ["Южной Корее", "Южной Кореей"]),
        ("北", "「北」の発表", ["北"]),
        ("dam", "¿dam? ¡dam! dam° 19°dam", ["dam", "dam", "dam", "dam"]),
        ("presa", "La presa, ¡las presas!", ["presa", "presas"]),
        ("السد", "انهيار السد، والسدود", ["السد"]),
        ("*السد*", "انهيار السد، والسدود", ["السد", "والسدود"]),
        ("बांध", "बांध टूटा। नया बांध।", ["बांध", "बांध"]),
        ("סכר", "הסכר, סכר־נהר", ["סכר"]),
        ("ግድብ", "የህዳሴ ግድብ፣", ["ግድብ"]),
        ("เขื่อน", "รอยร้าวที่เขื่อนใหญ่", ["เขื่อน"]),
        ("ទំនប់", "ការបាក់ទំនប់ថ្មី", ["ទំនប់"]),
        ("İran", "İran ve İRAN", ["İran", "İRAN"]),
        ("đập", "Đập lớn; đập", ["Đập", "đập"]),
    ],
)
def test_other_languages_and_their_punctuation_are_read_as_well(term: str, text: str, words: list[str]) -> None:
    assert found(term, text) == words


def test_a_deal_that_is_struck_is_no_strike_where_the_editor_says_so() -> None:
    one = matcher("strike", "!strikes deal", "!strikes a deal")
    assert [one.masks([text])[0] for text in ("Russia strikes port", "Union strikes deal", "Union strikes a deal")] == [
        1,
        0,
        0,
    ]


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("WHO", "who is at the WHO", ["WHO"]),
        ("CAR", "a car in CAR; CARs", ["CAR", "CARs"]),
        ("ICBM", "ICBMs, an ICBM, icbm, ICBM's", ["ICBMs", "ICBM", "ICBM"]),
        ("U.S.", "us and the U.S.-led", ["U.S"]),
        ("US NAVY", "US Navy, US NAVY", ["US NAVY"]),
        ("F-35", "F-35s and F35", ["F-35s"]),
    ],
)
def test_a_term_in_capitals_matches_only_capitals(term: str, text: str, words: list[str]) -> None:
    assert found(term, text) == words


def test_capitals_and_the_same_word_in_small_letters_are_two_concepts() -> None:
    both = ConceptMatcher([Concept(id="state", terms={"en": ("CAR",)}), Concept(id="vehicle", terms={"en": ("car",)})])
    assert [hit.concept for hit in both.hits("a car, two cars")] == ["vehicle", "vehicle"]
    assert sorted(hit.concept for hit in both.hits("in the CAR")) == ["state", "vehicle"]
    assert both.masks(["two cars"])[0] == both.bits["vehicle"]


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("inundat*", "inundated, an inundation", ["inundated", "inundation"]),
        ("inundat*", "uninundated", []),
        ("*dam", "Rotterdam, dam, damage", ["Rotterdam", "dam"]),
        ("*dam*", "Rotterdam's madams", ["Rotterdam", "madams"]),
        ("NATO*", "natoish NATO", ["natoish", "NATO"]),
        ("затопл*", "затопленные улицы", ["затопленные"]),
        ("*홍수", "대홍수로", ["홍수"]),
        ("댐*", "댐이 무너져, 파라댐", ["댐"]),
        ("댐", "댐이 무너져", []),
        ("北*", "北京, 東北京", ["北"]),
    ],
)
def test_a_star_lets_a_word_go_on_and_begin(term: str, text: str, words: list[str]) -> None:
    assert found(term, text) == words


def test_an_exception_takes_the_concepts_overlapping_matches_away_and_no_others() -> None:
    one = matcher("Amur", "!Amur tiger", "북한", "!북한산 둘레길")
    assert one.masks(["Amur tigers seen"])[0] == 0 and one.hits("Amur tigers seen") == []
    assert [hit.start for hit in one.hits("Amur tiger at the Amur")] == [18]
    assert one.masks(["북한산 둘레길 개방"])[0] == 0
    assert one.masks(["북한산 포탄"])[0] == 1
    other = ConceptMatcher([Concept(id="a", terms={"en": ("!dam", "dam")}), Concept(id="b", terms={"en": ("dam",)})])
    assert [hit.concept for hit in other.hits("dam")] == ["b"]


def test_full_width_and_compatibility_characters_are_read_as_plain_ones() -> None:
    assert found("DAM", "ＤＡＭ") == ["ＤＡＭ"]
    assert found("ﾀﾞﾑ", "ダム") == ["ダム"]
    assert found("ダム", "大ﾀﾞﾑ崩壊") == ["ﾀﾞﾑ"]
    assert found("office", "the oﬃce.") == ["oﬃce"]


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("Китай", "и Китай.", ["Китай"]),
        ("댐", "큰 댐 옆", ["댐"]),
        ("café", "un café!", ["café"]),
    ],
)
def test_decomposed_letters_are_part_of_the_place(term: str, text: str, words: list[str]) -> None:
    """As file names and some editors write them: a letter, then its mark."""
    decomposed = unicodedata.normalize("NFD", text)
    assert found(term, decomposed) == [unicodedata.normalize("NFD", word) for word in words]


def test_places_are_right_among_several_scripts() -> None:
    text = "ＴＶ: 러시아 dams, 북한이 大坝 и Плотиной ① dam"
    spoken = [text[hit.start : hit.end] for hit in rivers.classifier()._reader.matcher.hits(text)]
    assert spoken == ["dams", "大坝", "Плотиной", "dam"]


def test_hits_are_in_order_of_place_and_once_each() -> None:
    one = ConceptMatcher([Concept(id="b", terms={"en": ("dam", "dams")}), Concept(id="a", terms={"en": ("dam wall",)})])
    assert one.hits("dam wall, dam") == [Hit("b", 0, 3), Hit("a", 0, 8), Hit("b", 10, 13)]


@pytest.mark.parametrize("terms", [("base", "bases"), ("bases", "base")])
def test_the_order_of_terms_means_nothing(terms: tuple[str, str]) -> None:
    """A form of two terms' words is found for both, whichever the editor wrote first."""
    two = ConceptMatcher([Concept(id=term, terms={"en": (f"air {term}",)}) for term in terms])
    assert {hit.concept for hit in two.hits("air bases")} == {"base", "bases"}
    assert {hit.concept for hit in two.hits("air base")} == {"base"}


def test_a_russian_form_of_two_words_is_found_for_both() -> None:
    two = ConceptMatcher(
        [Concept(id="city", terms={"ru": ("Курск",)}), Concept(id="region", terms={"ru": ("Курская область",)})]
    )
    assert "region" in {hit.concept for hit in two.hits("бои в Курской области")}


def test_an_open_term_finds_words_that_are_forms_of_another_term() -> None:
    two = ConceptMatcher([Concept(id="ally", terms={"en": ("ally",)}), Concept(id="alli", terms={"en": ("alli*",)})])
    assert {hit.concept for hit in two.hits("her allies")} == {"ally", "alli"}


def test_no_concepts_and_terms_without_letters_match_nothing() -> None:
    assert (ConceptMatcher([]).masks(["dam 댐"])[0], ConceptMatcher([]).hits("dam 댐")) == (0, [])
    assert found("&", "a & b") == []


def test_ten_thousand_terms_load_in_seconds_and_match() -> None:
    letters = "bdfgklmnrstvz"
    words = [f"{a}o{b}a{c}e{d}" for a in letters for b in letters for c in letters for d in letters][:10_000]
    begun = time.perf_counter()
    many = ConceptMatcher([Concept(id=f"c{n}", terms={"en": (word,)}) for n, word in enumerate(words)])
    assert time.perf_counter() - begun < 10
    assert [hit.concept for hit in many.hits(f"{words[0]} and {words[9999]}s")] == ["c0", "c9999"]


def test_memory_for_words_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REMEMBERED_WORDS", 3)
    one = matcher("dam")
    assert [one.masks([f"word{n} dam"])[0] for n in range(10)] == [1] * 10
    assert len(one._words) <= 3


def test_a_letter_that_grows_in_lower_case_moves_no_place() -> None:
    text = "İİİ 댐 DAM"
    one = matcher("댐", "dam")
    assert [text[hit.start : hit.end] for hit in one.hits(text)] == ["댐", "DAM"]


def test_what_combines_in_a_rare_script_still_has_a_place() -> None:
    text = "\u0995\u09c7\u09be dam"
    assert all(0 <= hit.start < hit.end <= len(text) for hit in matcher("dam").hits(text))
    assert matcher("dam").masks([text])[0] == 1


@pytest.mark.parametrize(
    ("concept", "text"),
    [
        ("north_korea", "북한이 발사"),
        ("north_korea", "с Северной Кореей"),
        ("north_korea", "DPRK's leader"),
        ("north_korea", "对朝鲜半岛"),
        ("kursk_front", "в Курской области"),
    ],
)
def test_the_shipped_concepts_find_what_papers_write(shipped: ConceptMatcher, concept: str, text: str) -> None:
    assert concept in {hit.concept for hit in shipped.hits(text)}


@pytest.mark.parametrize(
    "text",
    [
        "北京の天気",
        "것이란 말",
        "북한산 국립공원 개방",
        "the who's who of car makers",
        "Dockers' union strikes deal on pay",
    ],
)
def test_the_shipped_concepts_leave_other_words_alone(shipped: ConceptMatcher, text: str) -> None:
    found = {hit.concept for hit in shipped.hits(text)}
    assert not found & {"north_korea", "iran", "combat_losses", "missile", "launch_verbs"}
