"""Rules that hold for every template and style sheet of the project, whoever writes it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# Mail is no page of ours: mail programs know no style sheets but those at the element.
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if not path.name.startswith("mail_"))
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
ICONS = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (ROOT / "static/icons/sprite.svg").read_text("utf-8")))

# What the page's policy forbids, or what would need eval.
FORBIDDEN = {
    "an inline style": re.compile(r"""\sstyle\s*=\s*["']"""),
    "a style element": re.compile(r"<style\b"),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=.application/json)"),
    "an event attribute": re.compile(r"""<[^>]*\son[a-z]+\s*=\s*["']"""),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx that evaluates": re.compile(r"""\shx-on|["']js:|\shx-vars"""),
    "an address elsewhere": re.compile(r"""(?:src|href)=["'](?:https?:)?//"""),
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_nothing_that_the_policy_forbids(path):
    text = path.read_text("utf-8")
    if "print" in path.parts:  # never served as a page: widths of a table's columns may stand at the column
        text = re.sub(r' style="width: [^"]*"', "", text)
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", COMPONENTS, ids=name_of)
def test_a_component_begins_by_saying_what_it_takes(path):
    head = re.match(r"{% comment %}(.+?){% endcomment %}", path.read_text("utf-8"), re.DOTALL)
    assert head is not None
    assert "Variables" in head[1]


def test_every_icon_that_is_named_exists():
    named = {
        icon
        for path in TEMPLATES
        for icon in re.findall(r"""{%\s*icon\s+["']([^"']+)["']""", path.read_text("utf-8"))
    }
    assert named - ICONS == set()


@pytest.mark.parametrize("name", ["css/chuangmo.css", "css/print.css", "vendor/tabler/tabler.min.css"])
def test_style_sheets_fetch_nothing_and_point_to_no_source_map(name):
    text = (ROOT / "static" / name).read_text("utf-8")
    assert re.findall(r"""url\(["']?(?!["']?data:)""", text) == []
    assert "sourceMappingURL" not in text
    assert "@import" not in text


def test_what_is_not_ours_stands_beside_its_licence():
    folders = [path for path in (ROOT / "static/vendor").iterdir() if path.is_dir()]
    assert [folder.name for folder in folders if not (folder / "LICENSE").exists()] == []
    listed = (ROOT / "static/vendor/README.md").read_text("utf-8")
    assert [folder.name for folder in folders if f"`{folder.name}/`" not in listed] == []
