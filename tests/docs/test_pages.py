"""Links lead somewhere, pages can be found, images are light, and nothing tells on the machine it was written on."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, name, prose

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
IMAGES = sorted((ROOT / "docs" / "images").glob("*"))
MOST_BYTES = 400_000
#: places that are of a machine, not of a reader's; and hosts of package registries
TELLTALE = re.compile(r"/work/|/home/|/root/|/Users/|/tmp/|\bpypi\b|pythonhosted|index-url", re.I)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_and_images_of_a_page_are_there(page: Path) -> None:
    broken = []
    for link in LINK.findall(prose(page)):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(link)
    assert broken == []


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    listed = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in LINK.findall(index)}
    pages = {page for page in PAGES if page.parent != ROOT and page.name != "README.md"}
    assert sorted(name(page) for page in pages - listed) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_names_no_machine_and_no_registry(page: Path) -> None:
    assert TELLTALE.findall(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("image", IMAGES, ids=name)
def test_an_image_is_a_light_png_that_a_page_shows(image: Path) -> None:
    head = image.read_bytes()[:24]
    width, height = struct.unpack(">II", head[16:24])
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    assert image.stat().st_size < MOST_BYTES
    assert 300 <= width <= 1280
    assert 300 <= height <= 2000
    assert any(f"images/{image.name}" in page.read_text(encoding="utf-8") for page in PAGES)


def test_the_readme_can_be_read_in_one_sitting() -> None:
    assert (ROOT / "README.md").read_text(encoding="utf-8").count("\n") <= 220


def test_every_target_of_make_that_the_documentation_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {
        found for page in PAGES for found in re.findall(r"(?:`|\$ )make ([a-z]+)", page.read_text(encoding="utf-8"))
    }
    assert {"demo", "test", "check"} <= named
    assert named <= targets
