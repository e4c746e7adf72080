"""News agencies and outlets that others take their news from, and how texts credit them in five languages.

Names are those that the outlets use of themselves and that the press of the five languages uses of them. State control
follows the outlets' own imprints and laws: KCNA, Rodong Sinmun and KCTV (KP), TASS and Rossiya Segodnya, owner of RIA
Novosti and Sputnik (RU), Xinhua, China News Service, China Media Group, People's Daily and Global Times (CN),
BelTA (BY), IRNA (IR), Ukrinform (UA). Public broadcasters and agencies under charters or press law (BBC, NHK, KBS, DW,
AFP, Yonhap) count as free of state control, as in the shipped ``feeds.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from watchtower.text import fold
from watchtower.types import Feed


@dataclass(frozen=True, slots=True)
class Outlet:
    """Somebody who can be credited."""

    name: str
    state: str | None = None


# Name, state, and how it is written in folded text.
_KNOWN: tuple[tuple[str, str | None, str], ...] = (
    ("Reuters", None, r"reuters|рейтер[а-я]{0,2}|로이터(?:통신)?|路透社?|ロイター(?:通信)?"),
    ("Associated Press", None, r"associated press|ap(?: news|통신|通信)?|美联社|美聯社"),
    ("Agence France-Presse", None, r"agence france-presse|afp(?:통신|通信)?|法新社|афп|франс пресс"),
    ("Deutsche Presse-Agentur", None, r"dpa|德新社"),
    ("United Press International", None, r"upi"),
    ("Bloomberg", None, r"bloomberg(?: news)?|블룸버그(?:통신)?|彭博社?|ブルームバーグ|блумберг"),
    ("Yonhap News Agency", None, r"yonhap(?: news(?: agency)?)?|연합뉴스|韩联社|韓聯社|聯合ニュース|р[её]нхап"),
    ("Newsis", None, r"newsis|뉴시스"),
    ("News1", None, r"뉴스1"),
    ("Kyodo News", None, r"kyodo(?: news)?|교도통신|共同社|共同通信(?:社)?|киодо"),
    ("Jiji Press", None, r"jiji(?: press)?|지지통신|时事社|時事通信(?:社)?"),
    ("NHK", None, r"nhk"),
    ("Central News Agency", None, r"中央社"),
    ("Interfax", None, r"interfax|интерфакс[а-я]{0,2}|인테르팍스(?:통신)?|国际文传(?:电讯社)?|インタファクス(?:通信)?"),
    ("KCNA", "KP", r"kcna|korean central news agency|조선중앙통신|朝中社|朝鲜中央通讯社|朝鮮中央通信|цтак"),
    ("Rodong Sinmun", "KP", r"rodong sinmun|노동신문|로동신문|劳动新闻|労働新聞|нодон синмун"),
    ("KCTV", "KP", r"kctv|조선중앙(?:tv|텔레비전)|朝鮮中央テレビ|朝鲜中央电视台"),
    ("TASS", "RU", r"(?:itar-)?tass|(?:итар-)?тасс|타스(?:통신)?|塔斯社|タス通信"),
    ("RIA Novosti", "RU", r"ria novosti|риа «?новости»?|리아노보스티(?:통신)?|俄新社|ria(?:ノーボスチ)?通信"),
    ("Sputnik", "RU", r"sputnik(?: news)?|спутник|스푸트니크(?:통신)?|俄罗斯卫星通讯社|スプートニク(?:通信)?"),
    ("Xinhua", "CN", r"xinhua(?: news(?: agency)?)?|新华社|新華社|신화(?:통신|사)|新華社通信|синьхуа"),
    ("China News Service", "CN", r"china news service|中新社|中新网"),
    ("China Media Group", "CN", r"cctv|cgtn|央视(?:新闻)?|央視|中国中央(?:电视台|テレビ)"),
    ("People's Daily", "CN", r"people's daily|인민일보|人民日报|人民日報|жэньминь жибао"),
    ("Global Times", "CN", r"global times|환구시보|环球时报|環球時報"),
    ("BelTA", "BY", r"belta|белта"),
    ("IRNA", "IR", r"irna|islamic republic news agency"),
    ("Ukrinform", "UA", r"ukrinform|укринформ"),
    ("BBC", None, r"bbc(?: news)?|би-би-си"),
    ("CNN", None, r"cnn"),
    ("Fox News", None, r"fox news"),
    ("The New York Times", None,
     r"(?:the )?new york times|nyt|뉴욕타임스|纽约时报|紐約時報|ニューヨーク・?タイムズ|нью-йорк таймс"),
    ("The Wall Street Journal", None, r"(?:the )?wall street journal|wsj|월스트리트저널|华尔街日报|華爾街日報"),
    ("The Washington Post", None, r"(?:the )?washington post|워싱턴포스트|华盛顿邮报|華盛頓郵報|ワシントン・?ポスト"),
    ("Financial Times", None, r"financial times|파이낸셜타임스|金融时报"),
    ("Axios", None, r"axios|악시오스"),
    ("Politico", None, r"politico|폴리티코"),
    ("Nikkei", None, r"nikkei(?: asia)?|닛케이|日経新聞|日本経済新聞|日经(?:新闻)?"),
    ("Yomiuri Shimbun", None, r"yomiuri(?: shimbun)?|요미우리(?:신문)?|読売新聞|读卖新闻"),
    ("Asahi Shimbun", None, r"asahi(?: shimbun)?|아사히(?:신문)?|朝日新聞|朝日新闻"),
    ("NK News", None, r"nk news|nk뉴스"),
    ("Daily NK", None, r"daily nk|데일리nk"),
    ("Radio Free Asia", None, r"radio free asia|rfa|자유아시아방송"),
)  # fmt: skip

# What stands before and behind a name in folded text. Here where a text says whose it is: in brackets or slashes, alone
# or behind a place; behind a headline; in the datelines of Russian and Chinese agencies.
_CREDITS = (
    (r"[(（/\[【](?:[^()（）/\[\]【】]{0,30}[=,/] ?|[\u3041-\u9fff\d]{0,12})?", r"[)）/\]】]"),
    (r"\s[-–—|] ", r"[.,]|$"),
    (r"^", r"[\u3041-\u9fff]{1,8}\d{1,2}月\d{1,2}日[电電]"),
)
# Here where it says that another outlet reports what it tells.
_THE = r"(?:the )?(?:[\w-]+ ){0,3}"
_ATTRIBUTIONS = (
    (rf"\b(?:according to|citing|cited by|quoting|quoted by|reported by) {_THE}", r""),
    (r"", r" (?:has )?report(?:s|ed)\b"),
    (r"[,”\"] (?:the )?", r" said\b"),
    (r"", r"(?:에 따르면|[을를] 인용|[이가은는][^.]{0,40}(?:보도했|보도하|전했|전하))"),
    (r"\b(?:сообща|сообщи|переда|пиш|информиру)[а-яё]* (?:(?:агентство|газета) )?", r""),
    (r"\b(?:со ссылкой на|по данным) (?:(?:агентство|газету) )?", r""),
    (r"据[^，。,]{0,8}", r""),
    (r"", r"[^，。,]{0,12}(?:报道|報道|报导|報導)"),
    (r"", r"(?:によると|によれば|は[^。]{0,60}(?:報じ|伝え))"),
)
_Ways = tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]


def _ways(written: Iterable[tuple[str, str]]) -> _Ways:
    return tuple((re.compile(f"(?:{before})$"), re.compile(behind)) for before, behind in written)


# What is only quoted is not the quoting agency's own, whoever's dateline it carries.
_QUOTED_THEN_CREDITED = (_ways(_ATTRIBUTIONS), _ways(_CREDITS))
# Characters before and behind a name that are looked at.
_BEFORE, _BEHIND = 60, 80
# Shorter names of feeds and owners stand for too much besides; names in characters say more.
_LETTERS, _CHARACTERS = 6, 4


@dataclass(frozen=True, slots=True)
class Outlets:
    """All outlets that can be credited: those above, and the owners of feeds by their own and their feeds' names."""

    #: every name that can stand in folded text
    names: re.Pattern[str]
    #: whom a pattern of names stands for
    called: Mapping[re.Pattern[str], Outlet]

    def credited(self, title: str, opening: str, own: str) -> Outlet | None:
        """Say from whom a text has its news besides ``own``, by its title and opening; None where it names nobody."""
        found = [(text, name) for text in (fold(title), fold(opening)) for name in self.names.finditer(text)]
        named = (self._named(found, ways) for ways in _QUOTED_THEN_CREDITED) if found else ()
        return next((outlet for some in named for outlet in some if outlet.name != own), None)

    def of_owner(self, feed: Feed) -> Outlet:
        """Name who speaks through a feed: its owner, or the agency that the owner is."""
        owner = fold(feed.owner).removeprefix("the ")
        found = self.names.match(owner)
        known = self._outlet(found[0]) if found else None
        return Outlet(known.name if known else feed.owner, feed.state or (known.state if known else None))

    def _named(self, names: Iterable[tuple[str, re.Match[str]]], ways: _Ways) -> Iterator[Outlet]:
        for text, found in names:
            before, behind = text[max(found.start() - _BEFORE, 0) : found.start()], text[found.end() :][:_BEHIND]
            if any(is_before.search(before) and is_behind.match(behind) for is_before, is_behind in ways):
                yield self._outlet(found[0])

    def _outlet(self, name: str) -> Outlet:
        return next(outlet for written, outlet in self.called.items() if written.fullmatch(name))


@lru_cache(maxsize=8)
def outlets(feeds: tuple[Feed, ...]) -> Outlets:
    """Make ready to recognise the known outlets and the owners of these feeds."""
    named = [*_KNOWN, *_owners(feeds)]
    return Outlets(
        names=re.compile(rf"(?<![a-zа-яё\d])(?:{'|'.join(written for _, _, written in named)})(?![a-zа-яё])"),
        called={re.compile(written): Outlet(name, state) for name, state, written in named},
    )


def _owners(feeds: Sequence[Feed]) -> Iterator[tuple[str, str | None, str]]:
    """The owners that the table does not know, as they and their feeds are called."""
    known = re.compile(rf"(?:the )?(?:{'|'.join(written for _, _, written in _KNOWN)})\b")
    called: dict[str, tuple[str | None, set[str]]] = {}
    for feed in feeds:
        if not known.match(fold(feed.owner)):
            names = called.setdefault(feed.owner, (feed.state, set()))[1]
            names.update(name.removeprefix("the ") for name in (fold(feed.owner), fold(feed.title)))
    for owner, (state, names) in sorted(called.items()):
        telling = [name for name in names if len(name) >= (_CHARACTERS if name[:1] >= "\u1100" else _LETTERS)]
        if telling:
            longest_first = sorted(telling, key=lambda name: (-len(name), name))
            yield owner, state, "|".join(map(re.escape, longest_first))
