"""Boolean rules over concepts: the ``when`` of targets and indicators.

::

    rule   = term { "or" term }
    term   = factor { "and" factor }
    factor = concept | "not" factor | "(" rule ")" | "in_title" "(" rule ")"
           | "near" "(" concept "," concept "," words ")"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

#: widest window of ``near``, in words
MOST_WORDS = 200
#: deepest nesting of parentheses and ``not``
DEEPEST = 40
#: words that no concept may be called
KEYWORDS = frozenset({"and", "or", "not", "near", "in_title"})

_TOKEN = re.compile(r"(?P<word>\w[\w-]*)|(?P<sign>[(),])|(?P<other>\S)")
_CONCEPT = re.compile(r"[a-z][a-z0-9_]*")
# What people write who know another query language.
_FOREIGN = {"&": "and", "|": "or", "!": "not", "+": "and", "~": "near", "-": "not"}


@dataclass(frozen=True, slots=True)
class Concept:
    """Some term of the concept occurs."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """The rule does not hold."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class And:
    """All of the rules hold (two or more)."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the rules holds (two or more)."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class InTitle:
    """The rule holds of the title alone."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class Near:
    """Some term of concept ``a`` and some term of concept ``b`` are within so many words."""

    a: str
    b: str
    words: int


Rule: TypeAlias = Concept | Not | And | Or | InTitle | Near


class RuleSyntaxError(ValueError):
    """The expression is no rule; ``position`` counts characters from 0."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


def parse(expression: str) -> Rule:
    """Make a rule of an expression.

    Raises RuleSyntaxError with the position and what was expected there.

    >>> parse("a and not (b or in_title(c))")
    And(rules=(Concept(name='a'), Not(rule=Or(rules=(Concept(name='b'), InTitle(rule=Concept(name='c')))))))
    """
    return _Parser(expression).whole()


def names(rule: Rule) -> frozenset[str]:
    """Return the concepts that a rule speaks of.

    >>> sorted(names(parse("near(a, b, 5) or not c")))
    ['a', 'b', 'c']
    """
    match rule:
        case Concept(name):
            return frozenset({name})
        case Not(inner) | InTitle(inner):
            return names(inner)
        case And(rules) | Or(rules):
            return frozenset().union(*map(names, rules))
        case Near(a, b, _):
            return frozenset({a, b})


def mentions(expression: str) -> Iterator[tuple[str, int]]:
    """Yield every concept that an expression names, with its position, in the order of the text.

    >>> list(mentions("a and near(b, a, 5)"))
    [('a', 0), ('b', 11), ('a', 14)]
    """
    for token in _TOKEN.finditer(expression):
        word = token["word"]
        if word and word not in KEYWORDS and _CONCEPT.fullmatch(word):
            yield word, token.start()


def canonical(rule: Rule) -> str:
    """Write a rule with the fewest words; what means the same by its form is written the same.

    >>> canonical(parse(" ( a  and (b)) or   c"))
    'a and b or c'
    """
    match rule:
        case Concept(name):
            return name
        case Near(a, b, words):
            return f"near({a}, {b}, {words})"
        case InTitle(inner):
            return f"in_title({canonical(inner)})"
        case Not(inner):
            return f"not {_grouped(inner, And | Or)}"
        case And(rules):
            return " and ".join(_grouped(part, And | Or) for part in rules)
        case Or(rules):
            return " or ".join(_grouped(part, Or) for part in rules)


def _grouped(rule: Rule, kinds: object) -> str:
    text = canonical(rule)
    return f"({text})" if isinstance(rule, kinds) else text  # type: ignore[arg-type]  # a union of classes


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, expression: str) -> None:
        self._tokens = [_Token(str(m.lastgroup), m[0], m.start()) for m in _TOKEN.finditer(expression)]
        self._tokens.append(_Token("end", "", len(expression.rstrip())))
        self._next = 0
        self._depth = 0

    def whole(self) -> Rule:
        if self._peek().kind == "end":
            raise RuleSyntaxError(0, "the rule is empty: name a concept, or delete the key")
        rule = self._any()
        token = self._peek()
        if token.kind != "end":
            raise self._unexpected("'and', 'or' or the end of the rule")
        return rule

    def _any(self) -> Rule:
        return self._joined("or", lambda: self._joined("and", self._factor, And), Or)

    def _joined(self, word: str, part: Callable[[], Rule], kind: type[And | Or]) -> Rule:
        parts = [part()]
        while self._peek().text == word:
            self._take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else kind(tuple(parts))

    def _factor(self) -> Rule:
        token = self._peek()
        self._depth += 1
        if self._depth > DEEPEST:
            raise RuleSyntaxError(token.position, f"the rule is nested more than {DEEPEST} deep")
        rule = self._unnested(token)
        self._depth -= 1
        return rule

    def _unnested(self, token: _Token) -> Rule:
        match token.text:
            case "not":
                self._take()
                return Not(self._factor())
            case "(":
                return self._bracketed()
            case "in_title":
                self._take()
                return InTitle(self._bracketed())
            case "near":
                self._take()
                return self._near()
        return Concept(self._concept())

    def _bracketed(self) -> Rule:
        opening = self._peek()
        self._sign("(")
        rule = self._any()
        if self._peek().kind == "end":
            raise RuleSyntaxError(opening.position, "this '(' is never closed: expected ')' at the end")
        self._sign(")", "'and', 'or' or ')'")
        return rule

    def _near(self) -> Near:
        self._sign("(")
        a = self._concept()
        self._sign(",")
        second = self._peek().position
        b = self._concept()
        if a == b:
            raise RuleSyntaxError(second, f"near needs two different concepts, got '{a}' twice")
        self._sign(",", "',' and a number of words, as in near(a, b, 12)")
        words = self._words()
        self._sign(")")
        return Near(a, b, words)

    def _words(self) -> int:
        token = self._peek()
        wanted = f"a number of words from 1 to {MOST_WORDS}"
        if not re.fullmatch(r"[0-9]{1,9}", token.text):
            raise self._unexpected(wanted)
        if not 1 <= int(token.text) <= MOST_WORDS:
            raise RuleSyntaxError(token.position, f"expected {wanted}, got {token.text}")
        self._take()
        return int(token.text)

    def _concept(self) -> str:
        token = self._peek()
        if token.kind != "word" or token.text in KEYWORDS:
            raise self._unexpected("a concept")
        if not _CONCEPT.fullmatch(token.text):
            raise RuleSyntaxError(token.position, _misnamed(token.text))
        self._take()
        return token.text

    def _sign(self, sign: str, wanted: str | None = None) -> None:
        if self._peek().text != sign:
            raise self._unexpected(wanted or f"'{sign}'")
        self._take()

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> None:
        self._next += 1

    def _unexpected(self, wanted: str) -> RuleSyntaxError:
        token = self._peek()
        got = "the end of the rule" if token.kind == "end" else f"'{token.text}'"
        meant = _FOREIGN.get(token.text) or (token.text.lower() if token.text.lower() in KEYWORDS else None)
        hint = f" (write '{meant}')" if meant and meant != token.text else ""
        return RuleSyntaxError(token.position, f"expected {wanted}, got {got}{hint}")


def _misnamed(word: str) -> str:
    if word.lower() in KEYWORDS:
        return f"expected a concept, got '{word}' (write '{word.lower()}')"
    return f"'{word}' cannot be a concept: concepts are written in a-z, 0-9 and _, beginning with a letter"
