"""Numbers and dates that tell one development from another, read from folded text in five languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_WORDS = {
    # English
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "dozen": 12, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "twice": 2, "both": 2,
    # Russian, in the cases that headlines use
    "два": 2, "две": 2, "двух": 2, "двумя": 2, "двое": 2, "двоих": 2,
    "три": 3, "трех": 3, "тремя": 3, "трое": 3, "троих": 3,
    "четыре": 4, "четырех": 4, "четверо": 4, "пять": 5, "пяти": 5, "пятеро": 5, "шесть": 6, "шести": 6, "шестеро": 6,
    "семь": 7, "семи": 7, "семеро": 7, "восемь": 8, "восьми": 8, "девять": 9, "девяти": 9, "десять": 10, "десяти": 10,
    "второй": 2, "вторая": 2, "вторую": 2, "третий": 3, "третья": 3, "третью": 3, "четвертый": 4, "пятый": 5,
}  # fmt: skip
#: words that multiply the number before them
SCALES = {
    "thousand": 1e3, "k": 1e3, "тысяч": 1e3, "тысячи": 1e3, "тысячу": 1e3, "тыс": 1e3, "천": 1e3, "千": 1e3,
    "million": 1e6, "mn": 1e6, "m": 1e6, "миллион": 1e6, "миллиона": 1e6, "миллионов": 1e6, "млн": 1e6,
    "billion": 1e9, "bn": 1e9, "миллиард": 1e9, "миллиарда": 1e9, "миллиардов": 1e9, "млрд": 1e9,
    "trillion": 1e12, "trn": 1e12, "трлн": 1e12,
    "만": 1e4, "万": 1e4, "萬": 1e4, "억": 1e8, "亿": 1e8, "億": 1e8, "조": 1e12, "兆": 1e12,
}  # fmt: skip
_MONTHS = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "april": 4, "apr": 4, "may": 5, "june": 6,
    "july": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10, "oct": 10, "november": 11,
    "nov": 11, "december": 12, "dec": 12,
    "января": 1, "февраля": 2, "марта": 3, "апреля": 4, "мая": 5, "июня": 6, "июля": 7, "августа": 8, "сентября": 9,
    "октября": 10, "ноября": 11, "декабря": 12,
}  # fmt: skip
_WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "понедельник": 0, "вторник": 1, "среду": 2, "четверг": 3, "пятницу": 4, "субботу": 5, "воскресенье": 6,
    "월요일": 0, "화요일": 1, "수요일": 2, "목요일": 3, "금요일": 4, "토요일": 5, "일요일": 6,
    "星期一": 0, "星期二": 1, "星期三": 2, "星期四": 3, "星期五": 4, "星期六": 5, "星期日": 6, "周一": 0, "周二": 1,
    "周三": 2, "周四": 3, "周五": 4, "周六": 5, "周日": 6,
    "月曜": 0, "火曜": 1, "水曜": 2, "木曜": 3, "金曜": 4, "土曜": 5, "日曜": 6,
}  # fmt: skip
_HAN = dict(zip("一二两兩三四五六七八九十", (1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10), strict=True))
_HANGUL = {"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10}

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})\b\.?(?:,? \d{{4}}\b)?"
    rf"|\b(?P<m2>{_MONTH})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? \d{{4}}\b)?"
    r"|(?P<m3>\d{1,2})\s?[월月]\s?(?P<d3>\d{1,2})\s?[일日号號]"
    r"|(?<!\d)(?:19|20)\d\d-(?P<m4>\d\d)-(?P<d4>\d\d)(?!\d)"
    r"|(?<!\d)(?P<d5>\d{1,2})\.(?P<m5>\d\d)\.(?:19|20)\d\d(?!\d)"
    r"|(?<![\d月월])(?P<d6>\d{1,2})\s?[일日号號](?![간間本報报])"
)
_WEEKDAY = re.compile(
    r"\b(?:" + "|".join(day for day in _WEEKDAYS if day[0] < "\u3000") + r")\b|"
    + "|".join(day for day in _WEEKDAYS if day[0] >= "\u3000")
)  # fmt: skip
_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<digits>\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:[.,]\d+)?)(?:[ -]?(?P<scale>{_SCALE})(?![a-zа-я]))?"
    rf"|\b(?P<word>{'|'.join(_WORDS)})\b(?: (?P<scale2>{_SCALE})(?![a-zа-я]))?"
    r"|(?P<han>[一二两兩三四五六七八九十])(?=[枚发發名人艘架次个個件支国國])"
    r"|(?<![\uac00-\ud7a3])(?P<hangul>한|두|세|네|다섯|여섯|일곱|여덟|아홉|열) ?(?=발|명|차례|척|대|개|번|건|기)"
)

_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


class When(NamedTuple):
    """The weekday and the day that a text names first, which in a report is its event's; None where it names none."""

    weekday: int | None = None
    day: tuple[int, int] | None = None

    def differs(self, other: When) -> bool:
        """Whether both name one and the two differ; the weekday goes before the day, which may be one recalled."""
        if self.weekday is not None and other.weekday is not None:
            return self.weekday != other.weekday
        return bool(self.day and other.day and _apart(frozenset((self.day,)), frozenset((other.day,))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The numbers and dates of a text; days are (month or 0, day), weekdays count from Monday as 0."""

    numbers: frozenset[float]
    days: frozenset[tuple[int, int]]
    weekdays: frozenset[int]
    when: When

    def contradict_numbers(self, other: Figures) -> bool:
        """Whether each side has a number that the other lacks."""
        return not (self.numbers <= other.numbers or other.numbers <= self.numbers)

    def contradict_days(self, other: Figures) -> bool:
        """Whether both name days or weekdays and share none."""
        if self.weekdays and other.weekdays and self.weekdays.isdisjoint(other.weekdays):
            return True
        return _apart(self.days, other.days)


_NONE = Figures(numbers=frozenset(), days=frozenset(), weekdays=frozenset(), when=When())
# Most headlines have no figure at all: told by a digit, a counting character, or a word of the tables.
_COUNTS = re.compile(r"[0-9一二两兩三四五六七八九十曜周\uac00-\ud7a3]|星期")
_TELLING = frozenset(_WORDS) | frozenset(_WEEKDAYS)
_LETTERS = re.compile(r"[^\W\d_]+")


def figures(folded: str) -> Figures:
    """Read the numbers and dates of folded text; what is part of a date is no number.

    >>> figures("two missiles on nov. 5") == figures("2 missiles on 5 november")
    True
    """
    if not _COUNTS.search(folded) and _TELLING.isdisjoint(_LETTERS.findall(folded)):
        return _NONE
    days: list[tuple[int, int]] = []

    def take(found: re.Match[str]) -> str:
        parts = {name[0]: value for name, value in found.groupdict().items() if value}
        month = parts.get("m", "0")
        number = _MONTHS[month] if month in _MONTHS else int(month)
        if number > 12 or not 1 <= int(parts["d"]) <= 31:
            return found[0]
        days.append((number, int(parts["d"])))
        return " "

    rest = _DATE.sub(take, folded)
    weekdays = [_WEEKDAYS[found[0]] for found in _WEEKDAY.finditer(folded)]
    return Figures(
        numbers=frozenset(_value(found) for found in _NUMBER.finditer(rest)),
        days=frozenset(days),
        weekdays=frozenset(weekdays),
        when=When(next(iter(weekdays), None), next(iter(days), None)),
    )


def _value(found: re.Match[str]) -> float:
    if found["han"]:
        return float(_HAN[found["han"]])
    if found["hangul"]:
        return float(_HANGUL[found["hangul"]])
    if found["word"]:
        return _WORDS[found["word"]] * SCALES.get(found["scale2"] or "", 1.0)
    return number_of(found["digits"], found["scale"])


def number_of(digits: str, scale: str | None) -> float:
    """Give the value of digits as written, thousands set apart by commas or not, and a word that multiplies it.

    >>> number_of("1,200", None), number_of("2,5", "тысячи")
    (1200.0, 2500.0)
    """
    if "," in digits:
        digits = digits.replace(",", "" if _GROUPED.fullmatch(digits) else ".")
    return float(digits) * SCALES.get(scale or "", 1.0)


def _apart(ours: frozenset[tuple[int, int]], theirs: frozenset[tuple[int, int]]) -> bool:
    """Whether both name days and none agrees; a day without a month agrees with that day of any month."""
    if not ours or not theirs:
        return False
    return not any(a[1] == b[1] and (a[0] == b[0] or not a[0] or not b[0]) for a in ours for b in theirs)
