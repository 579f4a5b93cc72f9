"""A snapshot says what was known at one moment, for ever, and the same facts give the same digests."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archives.snapshots.content import canonical, digest_of, digest_of_chapters
from archives.snapshots.models import Narrative, Snapshot
from archives.snapshots.queries.differences import differences
from archives.snapshots.services.narratives import write_narrative
from archives.snapshots.services.taking import gather, take_snapshot
from chuangmo import periods
from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid, Refused
from indicators.assessment.models import Verdict
from indicators.assessment.services import refresh_all
from indicators.reporting.models import Figure
from tests.archives.story import MAY_END, PROGRESS, take
from tests.factories import Cast, UnitFactory, assign, make_figure, whole_unit

pytestmark = pytest.mark.django_db
SLUG = "indicator-18"


def chapter(snapshot: Snapshot, slug: str = SLUG) -> dict:
    return snapshot.chapters.get(slug=slug).content


def write(cast: Cast, html: str, version: int = 0, block: str = "work") -> Narrative:
    return write_narrative(
        by=cast.office, plan=cast.plan, chapter=SLUG, block=block, html=html, version=version
    )


def test_the_chapter_says_what_the_verdict_says(told: Cast) -> None:
    write(told, "<p>成效明显。</p>")
    content = chapter(take(told))
    verdict = Verdict.objects.get(as_of=MAY_END, is_current=True)
    part = content["parts"][0]
    assert (content["headline"], content["word"]) == (verdict.headline, "达标（进行中）")
    assert part["formula"] == verdict.result["parts"][0]["formula"]
    assert Decimal(part["value"]) == verdict.value
    assert {row["value"] for row in content["figures"]} == {"1000", "912", "923", "934", "945", "956"}
    table = next(table for table in part["tables"] if table["element"] == "i18.treated")
    assert [cell["text"] for cell in table["rows"][0]["cells"]] == [
        "912.00",
        "923.00",
        "934.00",
        "945.00",
        "956.00",
    ]
    assert content["work"][0] == {
        "unit": "钟山区人民政府",
        "period": "2017年5月",
        "progress": PROGRESS,
        "problems": "老填埋场库容不足。",
        "measures": "加快新场建设。",
    }
    assert content["narratives"] == {"work": "<p>成效明显。</p>"}
    assert content["charts"][0]["rows"][-1] == ["2017年5月", content["charts"][0]["rows"][-1][1]]


def test_the_same_facts_give_the_same_digests_and_the_digests_are_those_of_the_content(told: Cast) -> None:
    first, second = take(told), take(told, "再来一次")
    assert first.digest == second.digest
    rows = list(first.chapters.order_by("order"))
    assert [row.slug for row in rows][:4] == ["cover", "foreword", "summary", SLUG]
    for row in rows:
        body = canonical(row.content)
        assert body == row.body
        assert row.digest == digest_of(slug=row.slug, number=row.number, title=row.title, body=body)
    pairs = [(row.slug, row.digest) for row in rows]
    assert first.digest == digest_of_chapters("2017", "2017-05-31", pairs)


def test_later_edits_change_nothing_and_are_told_apart(told: Cast) -> None:
    write(told, "<p>初稿。</p>")
    before = take(told)
    kept = {row.slug: (row.body, row.digest) for row in before.chapters.all()}
    Figure.objects.filter(element=told.treated, unit=told.county, period_end=MAY_END).delete()
    make_figure(told.treated, told.county, periods.month(2017, 5), 500)
    refresh_all(plan=told.plan)
    write(told, "<p>改过。</p>", version=1)
    after = take(told, "改后")
    assert {row.slug: (row.body, row.digest) for row in before.chapters.all()} == kept
    assert before.digest != after.digest
    found = {one.slug: one for one in differences(before, after)}
    assert set(found) == {"summary", SLUG, "workbook"}
    changes = {one.place: (one.before, one.after) for one in found[SLUG].changes}
    assert changes["综述文字（work）"] == ("初稿。", "改过。")
    place = f"{told.treated.name} · 钟山区 · 2017年5月"
    assert changes[place] == ("956.00 t（历史数据）", "500.00 t（历史数据）")
    assert differences(after, take(told, "没有改")) == []


def test_only_the_office_takes_one_with_a_name_and_a_day_of_the_year(told: Cast) -> None:
    with pytest.raises(Refused):
        take_snapshot(by=told.owner, plan=told.plan, as_of=MAY_END, title="我的")
    with pytest.raises(Invalid) as missing:
        take_snapshot(by=told.office, plan=told.plan, as_of=MAY_END, title=" ")
    with pytest.raises(Invalid) as other_year:
        take_snapshot(by=told.office, plan=told.plan, as_of=date(2016, 5, 31), title="去年")
    assert (set(missing.value.faults), set(other_year.value.faults)) == ({"title"}, {"as_of"})
    assert not Snapshot.objects.exists()
    taken = take(told)
    event = AuditEvent.objects.get(object_kind="snapshot")
    assert (event.actor, event.changes["摘要"]) == (told.office, ["", taken.digest])


def test_an_indicator_that_was_never_assessed_says_so(cast: Cast) -> None:
    content = chapter(take(cast))
    assert (content["sentence"], content["parts"], content["headline"]) == ("尚未评定。", [], "")
    summary = chapter(take(cast), "summary")
    assert summary["counts"]["none"] == 1 and summary["counts"]["met"] == 0


@pytest.mark.sqlite_only
def test_the_queries_do_not_grow_with_units_and_months(told: Cast) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            gather(told.plan, MAY_END)
        return len(queries)

    few = count()
    for number in range(12):
        unit = UnitFactory(name=f"第{number}县人民政府", kind="county")
        whole_unit(unit)
        assign(told.indicator, unit)
        for month in range(1, 6):
            make_figure(told.produced, unit, periods.month(2017, month), 10)
            make_figure(told.treated, unit, periods.month(2017, month), 9)
    refresh_all(plan=told.plan)
    assert count() == few
    figures = json.loads(gather(told.plan, MAY_END, [SLUG])[0].body)["figures"]
    assert len(figures) == 14 * 5 * 2


def test_canonical_json_has_one_way_to_say_it() -> None:
    assert canonical({"b": [1, None], "a": "水 μg"}) == '{"a":"水 μg","b":[1,null]}'
    with pytest.raises(ValueError):
        canonical({"a": float("nan")})
