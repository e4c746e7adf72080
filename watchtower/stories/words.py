"""Words as grouping compares them: folded, without outlet names and wire marks, stemmed a little.

Spaced scripts are read by words, Chinese, Japanese and Korean by pairs of characters, because their words
are not set apart (Chinese, Japanese) or carry particles (Korean).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from watchtower.text import fold

#: kana, Han (with extension A and compatibility forms) and Hangul syllables: the characters read in pairs
PAIRED = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3"
_TOKEN = re.compile(rf"[{PAIRED}]+|\d+|[^\W\d_{PAIRED}]+")
_PAIRED_RUN = re.compile(rf"[{PAIRED}]")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")
# Of folded ASCII text what is neither apostrophe, letter nor digit parts words, and so does a digit beside a letter.
_ASCII_PARTED = {code: None if chr(code) in "'`" else " " for code in range(128) if not chr(code).isalnum()}
_DIGIT = re.compile("[0-9]")
_LETTER_BY_DIGIT = re.compile(r"[a-z]['`]*[0-9]|[0-9]['`]*[a-z]")
# "U.S." and "u.k." are one word each; the second dot may end the sentence.
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")

# Marks that wires and broadcasters put before a headline, in the five languages of the shipped analysis:
# Yonhap's (LEAD), (2nd LD), (URGENT), [속보], (종합2보); Reuters' UPDATE 1-, WRAPUP 2-; NHK's 速報; Xinhua's 快讯.
_MARK = re.compile(
    r"^(?:\s*(?:[\[【〔][^\]】〕]{1,12}[\]】〕]"
    r"|\((?:(?:\d(?:st|nd|rd|th) )?(?:lead|ld)|urgent|update\d?|news focus|yonhap feature|종합\d?보?|속보|단독)\)"
    r"|(?:update \d+|wrapup \d+|refile|corrected|exclusive|breaking(?: news)?|urgent|live|watch|just in|new)\s*[-:|–—]"
    r"|(?:срочно|молния|видео|фото)\s*[.:!|]"
    r"|(?:速報|快讯|快訊|独家|獨家|速递|속보|단독|종합)\s*[:：|ㅣ]?(?=\s|[^\w]|[\u3041-\u9fff\uac00-\ud7a3])))+\s*"
)
# Cheap signs that a mark or an outlet's name may be there at all: most headlines have neither.
_MARKED = re.compile(r"[\[【〔(]|.{3,16}?[-:|–—：ㅣ.!]|[속단종速快独獨]")
_SEPARATOR = re.compile(r"[-|–—:ㅣ_＿]")
_MARK_BEHIND = re.compile(r"\s*\((?:종합\d?보?|속보|lead|ld|update\d?|video|photos?|видео|фото)\)\s*$")
# An outlet's name behind a separator: one of those known, a domain, or words that newspapers are named with.
_SUFFIX = re.compile(r"\s+[-|–—:]\s*([^|–—]{2,40})$|\s*[|ㅣ]\s*([^|]{2,40})$|\s*[_＿]([^_＿]{2,20})$")
_OUTLET = re.compile(
    r"\b(?:reuters|ap|ap news|afp|bbc|cnn|npr|upi|dpa|tass|тасс|rt|interfax|интерфакс|риа|sputnik|xinhua|cgtn|nhk|kbs"
    r"|kcna|yonhap|kyodo|bloomberg|politico|axios|cnbc|msnbc|msn|yahoo|dw|abc|cbs|nbc|fox|wsj|ft"
    r"|aljazeera|al jazeera|scmp"
    r"|news|times|post|herald|daily|journal|tribune|agency|tv|radio|press|gazette|guardian|observer|mail|magazine"
    r"|review|telegraph|chronicle|independent|standard|media|today|monitor|examiner|новости|известия|ведомости"
    r"|коммерсантъ?|газета|агентство|рбк|лента)\b|\.[a-z]{2,4}$|뉴스|일보|신문|방송|연합|新聞|新闻|日报|日報|网$|通信|通讯"
)

#: words without a subject of their own, too frequent to say that two headlines are about the same thing.
STOP = frozenset(
    """
    a about after again against all also amid an and any are as at be been before but by can could did do does
    for from get gets had has have he her him his how i if in into is it its just may more most near new no not
    now of off on one or our out over per said say saying says she should so some than that the their them then
    there these they this those to told tells under up upon us vs was we were what when where which while who
    why will with would year years you your day days week month today yesterday tomorrow first last still back
    а без более больше бы был была были было быть в вам вас весь во вот все всего вы где год года году да даже
    для до его ее если есть еще же за и из или им их к как когда который которые кто ли между меня мне может мы
    на над надо назвал не него нет ни но новый новые новых ну о об один она они оно от перед по под после при
    про рассказал рассказала рассказали с сам свои своих себя сказал так также там то того тоже только у уже чем
    что чтобы эта эти это этот я заявил заявила сообщил сообщили сообщает стало стали известно
    """.split()
)
_NOTHING = frozenset(("",))
# Words remembered with their stem.
_REMEMBERED = 1 << 16
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ENDING = re.compile(r"(?:ies|ied|ing|ed|es|s|y|e)$")
# Letters kept of a Russian word: enough to part most roots, short enough to drop case and verb endings.
_ROOT = 6


def headline(title: str) -> str:
    """Fold a title for comparing: no wire marks, no outlet behind it, no apostrophes, ``U.S.`` as ``us``.

    >>> headline("(2nd LD) Kim’s visit ends - Reuters")
    'kims visit ends'
    """
    text = fold(title).strip()
    if text.endswith(")"):
        text = _MARK_BEHIND.sub("", text)
    if _MARKED.match(text):
        text = _MARK.sub("", text) or text
    if _SEPARATOR.search(text) and (end := _SUFFIX.search(text)):
        before = text[: end.start()]
        named = _OUTLET.search(end[end.lastindex or 0])
        text = before if named and len(before) >= (8 if before.isascii() else 5) else text
    return flatten(text)


def flatten(text: str) -> str:
    """Reduce folded text to its words and numbers, one space apart."""
    if "." in text:
        text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    if text.isascii() and not (_DIGIT.search(text) and _LETTER_BY_DIGIT.search(text)):
        return " ".join(text.translate(_ASCII_PARTED).split())
    return " ".join(_TOKEN.findall(text.translate(_APOSTROPHES)))


def stem(word: str) -> str:
    """Cut a word to what its forms share; English and Russian endings only.

    >>> stem("missiles") == stem("missile"), stem("ракеты") == stem("ракета")
    (True, True)
    """
    if _CYRILLIC.match(word):
        return word[:_ROOT] if len(word) > _ROOT else word.rstrip("аеиоуыэюяйь") or word
    return _ENDING.sub("", word) if len(word) > 4 else word.removesuffix("s") if len(word) == 4 else word


def content(flat: str) -> frozenset[str]:
    """The words of flattened text that carry its subject: stems, and pairs of characters of unspaced scripts."""
    if flat.isascii() or not _PAIRED_RUN.search(flat):
        return frozenset(map(_subjects.__getitem__, flat.split())) - _NOTHING
    found: set[str] = set()
    for word in flat.split():
        if _PAIRED_RUN.match(word):
            found.update(map("".join, pairwise(word)) if len(word) > 1 else (word,))
        else:
            found.add(_subjects[word])
    return frozenset(found) - _NOTHING


class _Subjects(dict[str, str]):
    """A word to its stem where it carries the subject; to nothing where it is a number or of the stop list."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = "" if word in STOP or len(word) < 2 or word.isdecimal() else stem(word)
        return self[word]


_subjects = _Subjects()


def is_paired(flat: str) -> bool:
    """Whether most of the text is in a script that is read by pairs of characters."""
    if flat.isascii():
        return False
    return 2 * len(_PAIRED_RUN.findall(flat)) > len(flat.replace(" ", ""))


def shingled(flat: str) -> tuple[str, int]:
    """Flattened text as it is cut into shingles, and their characters: four, or two in scripts read by pairs."""
    return (flat.replace(" ", ""), 2) if is_paired(flat) else (flat, 4)


def shingles(flat: str) -> Iterable[str]:
    """Every run of so many characters; short text is one shingle. Some may come twice."""
    text, size = shingled(flat)
    if len(text) < size:
        return (text,) if text else ()
    return map("".join, zip(*(text[start:] for start in range(size)), strict=False))
