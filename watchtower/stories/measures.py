"""Quantities with their units, read from folded text in five languages so that translations agree: 400 km."""

from __future__ import annotations

import re

from watchtower.stories.figures import SCALES, number_of

Measure = tuple[float, str]

# Scripts from here on set no words apart.
_HANGUL = "\u1100"

# Unit to its words: English, Russian; then Korean, Chinese, Japanese, which stand directly behind the number.
_UNITS = {
    "km": (r"km|kilomet(?:er|re)s?|км|километр(?:а|ов|ах)?", r"km|킬로미터|킬로|公里|千米|キロ(?:メートル)?"),
    "minute": (r"minutes?|мин(?:ут[аы]?)?", r"분|分(?:钟|鐘|間)?(?![析裂野布之割])"),
    "hour": (r"hours?|час(?:а|ов)?", r"시간|小时|小時|時間"),
    "tonne": (r"tons?|tonnes?|тонн[аы]?", r"톤|吨|噸|トン"),
    "percent": (r"%|percent|per cent|процент(?:а|ов)?", r"%|퍼센트|パーセント"),
    "dollar": (r"dollars?|usd|долл(?:ар(?:а|ов)?)?", r"달러|美元|ドル"),
    "euro": (r"euros?|eur|евро", r"유로|欧元|歐元|ユーロ"),
    "won": (r"won|вон", r"원|韩元|韓元|ウォン"),
    "yen": (r"yen|[ий]ен", r"엔|日元|円"),
    "rouble": (r"rou?bles?|рубл(?:ь|я|ей)", r"루블|卢布|盧布|ルーブル"),
    "person": (
        r"people|persons|soldiers|troops|workers|prisoners|dead|killed|wounded|injured|detained|arrested"
        r"|человека?|солдат|военн(?:ых|ослужащих)|рабочих|погибш(?:их|ие)|ранен(?:ых|ы)|пленных",
        r"여?명|多?[人名](?![権权])",
    ),
    "piece": (
        r"missiles|rockets|drones|aircraft|planes|jets|warships|ships|vessels|tanks|shells|rounds"
        r"|ракеты?|беспилотник(?:а|ов)|дрон(?:а|ов)|самол[её]т(?:а|ов)|корабл(?:я|ей)|танк(?:а|ов)|снаряд(?:а|ов)",
        r"여?(?:발|기|대(?!통령)|척)|[多余]?[枚发發架艘辆輛]|[発機隻両]",
    ),
}  # fmt: skip
_SPACED = "|".join(f"(?P<s{number}>{spaced})" for number, (spaced, _) in enumerate(_UNITS.values()))
_JOINED = "|".join(f"(?P<j{number}>{joined})" for number, (_, joined) in enumerate(_UNITS.values()))
_NUMBER = r"(?<![\da-zа-яё-])(?<!\d[.,])(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
_SCALES = sorted(SCALES, key=len, reverse=True)
# A word that multiplies ends where its script does, a character that does so anywhere.
_SCALE = (
    f"(?:[ -]?(?P<scale>(?:{'|'.join(word for word in _SCALES if word[0] < _HANGUL)})(?![a-zа-яё])"
    f"|{'|'.join(word for word in _SCALES if word[0] >= _HANGUL)})\\.?)?"
)
# Of soldiers, missiles and the like a word or two may say whose they are.
_MEASURE = re.compile(
    rf"(?P<currency>\$)?{_NUMBER}{_SCALE}"
    rf"(?:[ -]?(?:{_JOINED})|[ -](?:[a-zа-яё-]+ ){{0,2}}?(?:{_SPACED})(?![a-zа-яё]))?"
)
# Minutes behind an hour tell the time of day.
_OCLOCK = re.compile(r"[시時时点點]\s?$")
# Smaller numbers and round ones are shared by chance.
_TELLING = 13
_ROUND = frozenset(((100.0, "percent"), (50.0, "percent"), (24.0, "hour"), (48.0, "hour"), (30.0, "minute")))


def measures(folded: str) -> frozenset[Measure]:
    """Read the quantities that could hardly be the same by chance: of 13 and more of a unit.

    >>> measures("it flew 400 kilometers") == measures("약 400km를 비행했다") == measures("пролетели 400 километров")
    True
    """
    found = (_measure(match, folded) for match in _MEASURE.finditer(folded))
    return frozenset(one for one in found if one and one[0] >= _TELLING and one not in _ROUND)


def _measure(found: re.Match[str], folded: str) -> Measure | None:
    unit = next((name for number, name in enumerate(_UNITS) if found[f"s{number}"] or found[f"j{number}"]), None)
    unit = unit or ("dollar" if found["currency"] else None)
    if unit is None or (unit == "minute" and _OCLOCK.search(folded[max(found.start() - 3, 0) : found.start()])):
        return None
    return number_of(found["digits"], found["scale"]), unit
