"""Paper: the mark of a demonstration and the page number on every page, heads repeated."""

from io import BytesIO

import pytest
from django.template import engines
from pypdf import PdfReader

from chuangmo.org.models import Installation
from chuangmo.shell import printing

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
LONG_TABLE = (
    "{% load shell %}<table><thead><tr><th>单位名称</th></tr></thead><tbody>"
    "{% for n in rows %}<tr><td>第{{ n }}行 {% status_badge 'met' %}</td></tr>{% endfor %}</tbody></table>"
)


@pytest.fixture
def template(tmp_path, settings):
    body = '{% extends "print/base.html" %}{% block content %}' + LONG_TABLE + "{% endblock %}"
    (tmp_path / "long.html").write_text(body, "utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]
    yield "long.html"
    engines._templates = {}


def pages(template, **context) -> list:
    pdf = printing.render_pdf(template, {"page_title": "五月汇总", "rows": range(80), **context})
    return PdfReader(BytesIO(pdf)).pages


def test_every_page_has_its_number_its_heads_and_the_mark(template):
    Installation.objects.update_or_create(pk=1, defaults={"is_demonstration": True})
    found = pages(template)
    assert len(found) > 1
    for number, page in enumerate(found, start=1):
        text = page.extract_text()
        for part in (
            "演示数据，不是实际统计结果",
            f"第 {number} 页，共 {len(found)} 页",
            "单位名称",
            "五月汇总",
        ):
            assert part in text


def test_a_number_is_not_broken_over_two_lines(tmp_path, settings):
    words = "指" * 60 + " "
    (tmp_path / "number.html").write_text(
        '{% extends "print/base.html" %}{% load shell %}{% block content %}'
        + "".join(f"<p>{words[:n]}{{{{ 1234567|figure }}}}</p>" for n in range(30, 60))
        + "{% endblock %}",
        "utf-8",
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]
    try:
        text = "\n".join(page.extract_text() for page in pages("number.html"))
    finally:
        engines._templates = {}
    assert text.count("1\u00a0234\u00a0567") + text.count("1 234 567") == 30


def test_real_figures_are_not_marked(template):
    assert "演示数据" not in pages(template, rows=range(3))[0].extract_text()


@pytest.mark.parametrize(("landscape", "wide"), [(True, True), (False, False)])
def test_the_sheet_lies_or_stands(template, landscape, wide):
    box = pages(template, rows=range(2), landscape=landscape)[0].mediabox
    assert (box.width > box.height) is wide


def test_body_is_song_type_and_heads_are_hei_type(template):
    fonts = pages(template, rows=range(2))[0]["/Resources"]["/Font"]
    names = " ".join(font.get_object()["/BaseFont"] for font in fonts.values())
    assert "Noto-Serif-CJK-SC" in names.replace("NotoSerifCJKsc", "Noto-Serif-CJK-SC")
    assert "Noto-Sans-CJK-SC" in names.replace("NotoSansCJKsc", "Noto-Sans-CJK-SC")


def test_a_print_fetches_nothing():
    with pytest.raises(ValueError, match="fetches nothing"):
        printing._refuse("picture.png")
