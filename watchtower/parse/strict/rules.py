"""What the quick reader does with each element inside an entry; those of the feed itself are in ``reader``."""

from __future__ import annotations

from lxml import etree

from watchtower.parse.strict import fields
from watchtower.parse.strict.entry import EntryReader, EntryRule

#: elements in an entry and out of it that say nothing that is kept; what stands in them is read on
PASSED = """cc_license cloud dc_contributor dc_publisher webmaster dcterms_valid email expirationdate generator
    georss_box georss_line georss_point georss_polygon georss_where georssgeom height homepage itunes_block
    itunes_email itunes_explicit itunes_image itunes_link itunes_name media_content media_credit media_group
    media_license media_player media_rating media_restriction media_thumbnail name uri url width"""
#: texts that are not kept
SKIPPED = "subtitle tagline rights copyright info feedburner_browserfriendly dc_rights itunes_subtitle"


def _kept(name: str) -> EntryRule:
    def keep(entry: EntryReader, element: etree._Element, depth: int) -> None:
        entry.put(name, fields.text(element), depth)

    return keep


def _for(names: str, rule: EntryRule | None) -> dict[str, EntryRule | None]:
    return dict.fromkeys(names.split(), rule)


#: By the names of the elements; None: nothing but with what stands in it. A name that feedparser knows and that is not
#: here is left to it.
ENTRY_RULES: dict[str, EntryRule | None] = {
    **_for(PASSED, None),
    **_for(SKIPPED, EntryReader.skipped),
    **_for("title dc_title", EntryReader.title),
    **_for("media_title", EntryReader.media_title),
    **_for("description summary dc_description media_description itunes_summary", EntryReader.summary),
    **_for("content content_encoded fullitem", EntryReader.content),
    **_for("guid id", EntryReader.guid),
    **_for("link", EntryReader.link),
    **_for("enclosure", EntryReader.enclosure),
    **_for("category keywords dc_subject", EntryReader.category),
    **_for("media_category", EntryReader.media_category),
    **_for("itunes_category", EntryReader.itunes_category),
    **_for("media_keywords", EntryReader.media_keywords),
    **_for("itunes_keywords", EntryReader.itunes_keywords),
    **_for("author managingeditor dc_author dc_creator itunes_author", EntryReader.author),
    **_for("published issued pubdate dcterms_issued", _kept("published")),
    **_for("updated modified lastbuilddate dc_date dcterms_modified", _kept("updated")),
    **_for("created dcterms_created", _kept("created")),
    **_for("language dc_language", _kept("language")),
    **_for("feedburner_origlink", EntryReader.origlink),
    **_for("source", EntryReader.source),
    **_for("image", EntryReader.image),
    **_for("contributor", EntryReader.person),
    **_for("creativecommons_license", EntryReader.license),
}
