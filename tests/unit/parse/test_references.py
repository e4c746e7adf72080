"""References that would fail an XML parser."""

from __future__ import annotations

import pytest

from watchtower.parse.references import repair_references


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("a &amp; b &lt;p&gt; &quot;&apos;", "a &amp; b &lt;p&gt; &quot;&apos;"),
        ("&#160;&#xA0;", "&#160;&#xA0;"),
        ("AT&T & co", "AT&amp;T &amp; co"),
        ("?a=1&b=2&copy=3", "?a=1&amp;b=2&amp;copy=3"),
        ("&nbsp;&copy;&NotEqualTilde;", "\xa0©≂̸"),
        ("&unknown;", "&amp;unknown;"),
        ("&#65 &#x42", "&#65; &#x42;"),
        ("&#0;&#8;&#x1f;", ""),
        ("&#xD800;&#xFFFF;&#x110000;&#99999999999999999999;", "\ufffd" * 4),
        ("&#;&#x;&;&", "&amp;#;&amp;#x;&amp;;&amp;"),
        ("<![CDATA[a & b &nbsp; &#65;&#0;&#x110000;]]>&", "<![CDATA[a & b &nbsp; &#65;\ufffd]]>&amp;"),
        ("&<![CDATA[ & never closed &", "&amp;<![CDATA[ & never closed &"),
        ("&own; &markup;", "mine &lt;b&gt;"),
    ],
)
def test_references_are_put_right_and_in_cdata_only_impossible_ones(text: str, repaired: str) -> None:
    assert repair_references(text, {"own": "mine", "markup": "<b>"}) == repaired
