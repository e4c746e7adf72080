"""Parts that stand in where a test is about something else: simple, and true to their seam."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from watchtower.deliver.files import file_name
from watchtower.errors import DeliveryError, FetchError
from watchtower.parse.feed import parse
from watchtower.types import Classified, Evidence, Explanation, Match, Message, ParsedFeed, Text, WebAnswer


class FakeWeb:
    """A ``seams.Web`` whose pages are in ``pages``, by address, and whose posts are kept in ``posts``.

    What is not there is a 404; an error as a page is raised.
    """

    def __init__(self, pages: Mapping[str, WebAnswer | FetchError] | None = None) -> None:
        self.pages = dict(pages or {})
        self.posts: list[tuple[str, bytes, Mapping[str, str]]] = []
        self.asked: list[str] = []

    def get(self, url: str, *, accept: str = "*/*") -> WebAnswer:
        self.asked.append(url)
        return self._page(url)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebAnswer:
        self.posts.append((url, body, headers))
        return self._page(url)

    def _page(self, url: str) -> WebAnswer:
        page = self.pages.get(url, WebAnswer(url=url, status=404, headers={}, body=b""))
        if isinstance(page, FetchError):
            raise page
        return page


class RecordingNotifier:
    """A ``seams.Notifier`` that keeps messages in memory; refuses them all while ``problem`` is set.

    ``files`` is what the folder of a ``FileNotifier`` would hold (recipient to body), ``delivered`` every message
    that was handed over, repeats included, oldest first.
    """

    def __init__(self, channel: str = "file", *, repeatable: bool = True) -> None:
        self.channel = channel
        self.repeatable = repeatable
        self.problem: str | None = None
        self.files: dict[str, str] = {}
        self.delivered: list[Message] = []

    def deliver(self, message: Message, committing: Callable[[], None] = lambda: None) -> None:
        """Keep the message; ``DeliveryError`` where the recipient is no file name or ``problem`` is set."""
        name = file_name(message.recipient)
        if self.problem is not None:
            raise DeliveryError(self.problem)
        self.files[str(name)] = message.body
        self.delivered.append(message)


class InProcessParser:
    """A ``seams.Parser`` without bounds: for documents of our own."""

    def parse(self, body: bytes, headers: Mapping[str, str], base_url: str) -> ParsedFeed:
        """Read a feed document."""
        return parse(body, headers, base_url)

    def close(self) -> None:
        """Nothing is held."""


class WordClassifier:
    """A ``seams.Classifier`` for which a text is about a target where it has one of the target's words.

    ``otherwise`` is the score of a text that has none of them.
    """

    model = "words"

    def __init__(
        self, words: Mapping[str, Sequence[str]], configuration: str = "test", *, otherwise: float = 0.01
    ) -> None:
        self.configuration = configuration
        self._words = words
        self._otherwise = otherwise

    def classify(self, texts: Sequence[Text]) -> list[Classified]:
        """Match where a word is in title or summary, whatever its case."""
        return [self._classified(text) for text in texts]

    def explain(self, text: Text) -> list[Explanation]:
        """Name the word found, for every target."""
        return [
            Explanation(
                target=target, score=self._score(text, target), threshold=0.5, evidence=self._found(text, target)
            )
            for target in self._words
        ]

    def _classified(self, text: Text) -> Classified:
        scores = {target: self._score(text, target) for target in self._words}
        matches = tuple(
            Match(
                item_id=text.id,
                target=target,
                revision=text.revision,
                score=score,
                threshold=0.5,
                evidence=self._found(text, target),
                model=self.model,
                configuration=self.configuration,
            )
            for target, score in scores.items()
            if score >= 0.5
        )
        return Classified(item_id=text.id, revision=text.revision, scores=scores, matches=matches)

    def _score(self, text: Text, target: str) -> float:
        return 0.9 if self._found(text, target) else self._otherwise

    def _found(self, text: Text, target: str) -> tuple[Evidence, ...]:
        for field, content in (("title", text.title), ("summary", text.summary)):
            for word in self._words[target]:
                start = content.lower().find(word.lower())
                if start >= 0:
                    end = start + len(word)
                    return (
                        Evidence(kind="words", text=content[start:end], weight=2.0, field=field, start=start, end=end),
                    )
        return ()
