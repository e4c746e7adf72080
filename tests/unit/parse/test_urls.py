"""One spelling for each address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchtower.parse.urls import absolute, canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.ORG:443/A?id=7#top", "https://example.org/A?id=7"),
        ("http://example.org:80", "http://example.org/"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/a?b=2&utm_source=rss&a=1&UTM_Medium=x&fbclid=y", "https://example.org/a?b=2&a=1"),
        ("https://example.org/a?utm%5Fsource=rss", "https://example.org/a"),
        ("https://example.org/a?&&x=1&", "https://example.org/a?x=1"),
        ("https://example.org/a?at_medium=RSS&at_campaign=KARANGA", "https://example.org/a"),
        ("https://example.org/a?id=%20%2F+b", "https://example.org/a?id=%20%2F+b"),
        ("http://пример.рф/а", "http://xn--e1afmkfd.xn--p1ai/а"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        (" https://example.org/\na ", "https://example.org/ a"),
        ("https://www.google.com/url?rct=j&url=https%3A%2F%2Fx.example%2Fa%3Futm_source%3Dz%26id%3D1", "https://x.example/a?id=1"),
        ("https://www.bing.com/news/apiclick.aspx?aid=1&url=https%3a%2f%2fx.example%2fa", "https://x.example/a"),
        ("https://www.google.com/url?url=javascript:alert(1)", "https://www.google.com/url?url=javascript:alert(1)"),
        ("https://notgoogle.com/url?url=https://x.example/", "https://notgoogle.com/url?url=https://x.example/"),
        ("https://google.com/url?q=https://google.com/url?q=https://x.example/a", "https://x.example/a"),
    ],
)  # fmt: skip
def test_an_address_is_brought_into_its_one_spelling(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        *(None, "", "a", "/a", "mailto:a@b.example", "javascript:alert(1)"),
        *("http://", "http://[", "http://a:b/", "http://x:99999/", "https://."),
    ],
)
def test_what_is_no_web_address_is_none(url: str | None) -> None:
    assert canonical_url(url) is None


queries = st.lists(
    st.sampled_from(["a=1", "b", "utm_source=x", "fbclid=1", "url=https://x.example/?a=1%26gclid=2", "q=http://y", "="])
)
hosts = st.sampled_from(
    ["example.org", "WWW.google.com", "google.com:443", "пример.рф", "[::1]", "a..b", "x" * 70, "."]
)
paths = st.sampled_from(["", "/", "/url", "/l.php", "/a b", "/%41", "//x", "/news/url"])
addresses = st.builds(
    lambda scheme, host, path, query: f"{scheme}://{host}{path}?{'&'.join(query)}",
    st.sampled_from(["http", "HTTPS", "ftp"]), hosts, paths, queries,
)  # fmt: skip


@given(st.one_of(addresses, st.text(), st.text().map(lambda text: f"https://{text}")))
def test_canonical_of_canonical_is_canonical(url: str) -> None:
    once = canonical_url(url)
    assert once is None or canonical_url(once) == once


@given(st.text(), st.text())
def test_any_link_is_absolute_and_safe_or_none(base: str, link: str) -> None:
    url = absolute(base, link)
    assert url is None or url.startswith(("http://", "https://"))
