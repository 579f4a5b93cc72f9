"""The office's texts: what they may hold, how they are typed, and that two people never overwrite each other."""

from __future__ import annotations

import json

import pytest

from archives.snapshots.models import Narrative
from archives.snapshots.queries.texts import chapters_with_texts
from archives.snapshots.rules.drafting import draft_of
from archives.snapshots.rules.prose import cited_numbers, clean, html_of, text_of
from archives.snapshots.services.narratives import MOST, write_narrative
from archives.snapshots.services.taking import gather
from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid, Refused, Stale
from tests.archives.story import MAY_END
from tests.factories import Cast

SLUG = "indicator-18"
TYPED = """第一段。
第二行 a<b & c。

## 主要做法
- 建成 **2 座** 转运站
- 清运

1. 甲
2. 乙

尾段〔CM01-WS·2017-D30-ZB18-0001〕。"""
HTML = (
    "<p>第一段。<br>第二行 a&lt;b &amp; c。</p><h4>主要做法</h4>"
    "<ul><li>建成 <strong>2 座</strong> 转运站</li><li>清运</li></ul>"
    "<ol><li>甲</li><li>乙</li></ol><p>尾段〔CM01-WS·2017-D30-ZB18-0001〕。</p>"
)


def write(cast: Cast, html: str, version: int = 0, **more) -> Narrative:
    asked = {"by": cast.office, "plan": cast.plan, "chapter": SLUG, "block": "work", **more}
    return write_narrative(html=html, version=version, **asked)


def test_typed_marks_become_html_and_back() -> None:
    assert html_of(TYPED) == HTML
    assert html_of(text_of(HTML)) == HTML
    assert html_of("\r\n \r\n") == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p onclick=x()>一<script>alert(1)</script></p>", "<p>一</p>"),
        ('<a href="http://x">链接</a><img src=x onerror=y>', "链接"),
        ('<h1 style="color:red">题</h1><b>粗</b><div>段</div>', "<h4>题</h4><strong>粗</strong><p>段</p>"),
        ("<svg><style>p{}</style></svg><iframe src=//x>y</iframe><p>留</p>", "<p>留</p>"),
        ("<!-- 注 --><p>三</p><table><tr><td>格</td></tr></table>", "<p>三</p>格"),
    ],
)
def test_nothing_but_the_few_elements_gets_in(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_what_is_typed_as_html_is_text() -> None:
    assert html_of("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_cited_numbers_are_found_once_in_order() -> None:
    assert cited_numbers("<p>见〔CM01-B〕、〔CM01-A〕<strong>〔CM01-B〕</strong>〔短〕</p>") == [
        "CM01-B",
        "CM01-A",
    ]


@pytest.mark.django_db
class TestWriting:
    def test_each_write_names_the_version_it_saw(self, cast: Cast) -> None:
        assert write(cast, "<p>甲</p>").version == 1
        assert write(cast, "<p>乙</p>", 1).version == 2
        for version in (0, 1, 7):
            with pytest.raises(Stale, match="刚才改过"):
                write(cast, "<p>丙</p>", version)
        row = Narrative.objects.get()
        assert (row.html, row.version, row.updated_by) == ("<p>乙</p>", 2, cast.office)
        assert [
            one.changes["内容"] for one in AuditEvent.objects.filter(object_kind="narrative").order_by("id")
        ] == [
            ["", "<p>甲</p>"],
            ["<p>甲</p>", "<p>乙</p>"],
        ]

    def test_it_is_cleaned_where_it_is_stored(self, cast: Cast) -> None:
        assert write(cast, "<p>好<script>x</script></p>").html == "<p>好</p>"
        assert write(cast, "<p> </p>", 1).html == ""

    def test_strangers_unknown_places_and_books_are_refused(self, cast: Cast) -> None:
        with pytest.raises(Refused):
            write(cast, "<p>甲</p>", by=cast.owner)
        for wrong in ({"block": "poem"}, {"chapter": "cover"}):
            with pytest.raises(Invalid):
                write(cast, "<p>甲</p>", **wrong)
        with pytest.raises(Invalid, match="太长"):
            write(cast, f"<p>{'字' * MOST}</p>")
        assert not Narrative.objects.exists()

    def test_gaps_are_places_that_the_dossier_needs(self, cast: Cast) -> None:
        chapters = {one.slug: one for one in chapters_with_texts(cast.plan)}
        assert list(chapters)[:3] == ["foreword", "summary", SLUG]
        assert [place.is_gap for place in chapters[SLUG].places] == [True, False]
        write(cast, "<p>甲</p>")
        chapters = {one.slug: one for one in chapters_with_texts(cast.plan)}
        assert not chapters[SLUG].is_gap

    def test_a_draft_says_only_what_the_chapter_says(self, told: Cast) -> None:
        content = json.loads(gather(told.plan, MAY_END, [SLUG])[0].body)
        draft = draft_of(SLUG, "work", content, city="六盘水市", plan_name="方案")
        assert content["sentence"] in draft
        assert "- 钟山区人民政府：新建转运站 2 座，清运车辆 12 台。" in draft
        problems = draft_of(SLUG, "problems", content, city="六盘水市", plan_name="方案")
        assert "## 存在问题\n- 钟山区人民政府：老填埋场库容不足。" in problems
        assert draft_of("foreword", "foreword", {}, city="六盘水市", plan_name="《方案》").startswith(
            "六盘水市按照《方案》开展"
        )
