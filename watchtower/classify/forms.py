"""The inflected forms under which a term's word is found: English plurals, Russian cases.

The forms of the few hundred words that stand in terms are listed once, and a text's words are looked up
in that list. A stemmer would have to be right about every word of the language; this only has to be right
about the editor's words. (Snowball's Russian stemmer gives two stems each for Корея, Пхеньян and Иран.)
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import islice, takewhile

_CYRILLIC = re.compile(r"^[а-яёіїєґ]+$")
_LATIN = re.compile(r"^[a-zà-öø-ÿ]+$")

# Endings after Zaliznyak's declensions, as school grammars list them; adjectives with their participles' endings.
_ADJECTIVE = tuple(
    "ый ий ой ая яя ое ее ые ие ого его ому ему ым им ом ем ей ую юю ых их ыми ими ою ею".split()
)  # fmt: skip
_NOUN = ("", *"а я о е ё ы и у ю ь й ой ей ою ею ом ем ём ам ям ами ями ах ях ов ев ёв ий ью ым".split())
_ADJECTIVE_LEMMA = re.compile(r"(?:[ыио]й|[ая]я|[ое]е|[ыи]е)$")
#: of five letters, "герой" and "гений" are nouns
_SHORT_ADJECTIVE_LEMMA = re.compile(r"^...(?:ый|[ая]я|[ое]е|[ыи]е)$")
#: vowels that most such words lose before an ending: паводок, паводка; боец, бойца; владелец, владельца
_FLEETING = re.compile(r"[оеё]([кц])$")
_AFTER_FLEETING = tuple("а у ом ем е и ы ов ев ам ами ах".split())
#: below this length a Russian word is taken as it stands: endings would make it another word (Мали, мало, малый)
_SHORTEST_INFLECTED = 4


class Vocabulary:
    """The words that stand in terms, and how a text's word is looked up among them.

    Forms that belong to the same words are one class, named by those words: "bases" is a form of "base" and of "bases",
    "base" only of the one. So a word of a term is found by all its forms, whatever other terms there are.

    >>> words = Vocabulary(["base", "bases"])
    >>> words.classes["bases"], words.classes_of("base"), words.classes_of("bases")
    ('base+bases', ('base', 'base+bases'), ('base+bases',))
    """

    def __init__(self, words: Iterable[str]) -> None:
        owners: dict[str, list[str]] = {}
        for word in sorted(set(words)):
            for form in forms(word):
                owners.setdefault(form, []).append(word)
        #: form to class; a word that is no form has none
        self.classes: Mapping[str, str] = {form: "+".join(words) for form, words in owners.items()}
        self._sorted = sorted(self.classes)
        self._classes_of: dict[str, dict[str, None]] = {}
        for form, words in owners.items():
            for word in words:
                self._classes_of.setdefault(word, {})[self.classes[form]] = None

    def classes_of(self, word: str) -> tuple[str, ...]:
        """Return the classes of a word's forms; of a word that stands in no term, itself."""
        return tuple(self._classes_of.get(word, (self.classes.get(word, word),)))

    def begun_by(self, beginning: str) -> tuple[str, ...]:
        """Return the classes of forms with this beginning whose own name begins otherwise ("alli" and "allies")."""
        first = bisect_left(self._sorted, beginning)
        begun = takewhile(lambda form: form.startswith(beginning), islice(self._sorted, first, None))
        names = dict.fromkeys(self.classes[form] for form in begun)
        return tuple(name for name in names if not name.startswith(beginning))


def forms(word: str) -> tuple[str, ...]:
    """List the forms of one lower-case word, itself first; unknown scripts have only themselves.

    >>> forms("missile")
    ('missile', 'missiles')
    >>> "кореей" in forms("корея") and "северную" in forms("северная") and "тайваня" in forms("тайвань")
    True
    """
    if _CYRILLIC.match(word):
        return _russian(word)
    if _LATIN.match(word) and len(word) > 2:
        return _english(word)
    return (word,)


def _english(word: str) -> tuple[str, ...]:
    if word.endswith("s"):
        return (word,)
    if word.endswith("y") and word[-2] not in "aeiou":
        return word, word[:-1] + "ies"
    if word.endswith(("sh", "ch", "x", "z")):
        return word, word + "es"
    return word, word + "s"


def _russian(word: str) -> tuple[str, ...]:
    if len(word) < _SHORTEST_INFLECTED:
        return (word,)
    if (_ADJECTIVE_LEMMA.search(word) and len(word) > 5) or _SHORT_ADJECTIVE_LEMMA.search(word):
        base, endings = word[:-2], _ADJECTIVE
    elif word[-1] in "аяоеьй":
        base, endings = word[:-1], _NOUN
    elif word[-1] in "ыи":  # a plural lemma: войска is caught above, санкции and учения keep their stem
        base, endings = word[:-1], _NOUN if len(word) > _SHORTEST_INFLECTED else ()
    elif word[-1] in "уюэ":
        return (word,)
    else:
        base, endings = word, _NOUN
    if len(base) < 3:
        return (word,)
    listed = [*(base + ending for ending in endings), *_without_fleeting(word)]
    return tuple(dict.fromkeys([word, *listed]))


def _without_fleeting(word: str) -> list[str]:
    ending = _FLEETING.search(word)
    if not ending:
        return []
    before = word[: ending.start()]
    soft = "й" if before[-1] in "аеёиоуыэюя" else "ь" if before[-1] == "л" else ""
    return [f"{before}{soft}{ending[1]}{one}" for one in _AFTER_FLEETING]
