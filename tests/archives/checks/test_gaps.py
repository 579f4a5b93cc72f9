"""The gap check: each kind with a gap and without one, within permissions, in constant queries, as Excel."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from archives.checks.models import GapKind
from archives.checks.queries.gaps import gaps_of, visible_gaps
from archives.checks.rules.gaps import Gap
from archives.texts.models import FileText
from chuangmo.access.queries import rights_of
from chuangmo.review.models import Case
from indicators.assessment.models import Verdict
from indicators.plan.models import RuleVersion
from tests.archives.checks.story import make_archive, paper
from tests.archives.holdings.story import want
from tests.factories import Cast, UnitFactory
from tests.indicators.assessment.conftest import RATE

pytestmark = pytest.mark.django_db


def judge(cast: Cast, status: str, as_of: date = date(2017, 5, 31)) -> None:
    rule, _ = RuleVersion.objects.get_or_create(indicator=cast.indicator, version=1, defaults={"body": RATE})
    Verdict.objects.create(
        indicator=cast.indicator,
        as_of=as_of,
        rule=rule,
        status=status,
        headline="100 %",
        threshold="≥85 %",
        result={},
        inputs_digest="x",
        computed_at=timezone.now(),
    )


def of_kind(cast: Cast, kind: str) -> list[tuple[str, int | None]]:
    return [(gap.text, gap.unit_id) for gap in gaps_of(cast.plan) if gap.kind == kind]


def test_met_without_proof_names_who_owes_what(cast: Cast):
    wanted = make_archive(cast)
    want(cast, "i18.m2", name="垃圾统计表")
    judge(cast, "missed", date(2017, 4, 30))
    assert of_kind(cast, "met_without_proof") == []
    judge(cast, "met")
    text = "结论“达标”，整项没有一份材料，缺：垃圾处理的通知（2017 年）、垃圾统计表（2017 年）"
    owners = [unit for _, unit in of_kind(cast, "met_without_proof")]
    assert sorted(owners) == sorted([cast.county.pk, cast.stranger.memberships.get().unit_id])
    assert of_kind(cast, "met_without_proof")[0][0] == text
    paper(cast, wanted)
    found = dict((unit, text) for text, unit in of_kind(cast, "met_without_proof"))
    assert found[cast.county.pk] == "结论“达标”，缺：垃圾统计表（2017 年）"
    judge(cast, "missed", date(2017, 6, 5))
    assert of_kind(cast, "met_without_proof") == []


def test_a_paper_that_can_no_longer_be_opened(cast: Cast):
    piece = paper(cast, make_archive(cast))
    assert of_kind(cast, "proof_without_file") == []
    FileText.objects.update(problem="truncated")
    assert of_kind(cast, "proof_without_file") == [
        (f"{piece.archive_number} {piece.title}：文件不完整（可能没有传完）", cast.county.pk)
    ]
    FileText.objects.update(problem="empty")
    assert of_kind(cast, "proof_without_file") == []


def test_a_paper_from_before_the_window(cast: Cast):
    make_archive(cast)
    wanted = want(cast, "i18.m3", name="近三年统计", years=3)
    old = paper(cast, wanted, year=2013, dated_on=date(2013, 5, 1))
    paper(cast, wanted, year=2014, dated_on=date(2014, 5, 1))
    assert of_kind(cast, "older_than_window") == [
        (f"{old.archive_number} {old.title}：证明 2013 年，所需的是 2014—2016 年", cast.county.pk)
    ]


def test_returned_and_forgotten_after_some_working_days(cast: Cast, today: Callable[[date], None]):
    piece = paper(cast, make_archive(cast), to="returned")
    Case.objects.filter(pk=piece.case_id).update(
        step_entered_at=timezone.make_aware(timezone.datetime(2017, 6, 6, 9))
    )
    today(date(2017, 6, 13))  # five working days on
    assert of_kind(cast, "returned_forgotten") == []
    today(date(2017, 6, 14))
    assert of_kind(cast, "returned_forgotten") == [
        (f"{piece.title}：06-06 退回，已过 6 个工作日没有再报", cast.county.pk)
    ]
    GapKind.objects.filter(code="returned_forgotten").update(days=10)
    assert of_kind(cast, "returned_forgotten") == []


# What the dossier adds stands in its own tests.
OURS = [path for path in settings.GAP_SOURCES if path.startswith("archives.checks.")]


def city_gap(plan) -> list[Gap]:
    """A source of another part: nobody's but the office's."""
    return [Gap("no_narrative", 18, "第 18 项没有文字说明", "/dossiers/"), Gap("unheard_of", 18, "x", "/")]


def test_each_sees_his_own_and_those_of_nobody(cast: Cast, client, monkeypatch: pytest.MonkeyPatch):
    wanted = make_archive(cast)
    judge(cast, "met")
    monkeypatch.setattr(settings, "GAP_SOURCES", [*OURS, f"{__name__}.city_gap"])
    other = cast.stranger.memberships.get().unit
    seen = {
        person.username: [(row.kind.code, row.unit) for row in visible_gaps(cast.plan, rights_of(person))]
        for person in (cast.owner, cast.office, cast.assessor)
    }
    missing, nobody = "met_without_proof", ("no_narrative", "")
    assert seen[cast.owner.username] == [(missing, cast.county.short_name), nobody]
    assert sorted(seen[cast.office.username]) == sorted(
        [(missing, cast.county.short_name), (missing, other.short_name), nobody]
    )
    client.force_login(cast.office)
    url = reverse("checks:gap-list")
    page = client.get(url, {"kind": "no_narrative"}).content.decode()
    assert "第 18 项没有文字说明" in page
    assert wanted.name not in page.split("<main")[1]
    book = load_workbook(io.BytesIO(client.get(url, {"unit": str(other.pk), "as": "xlsx"}).content))
    rows = list(book.active.iter_rows(min_row=2, values_only=True))
    assert rows[0] == ("缺口", "种类", "指标", "由谁补", "怎么办")
    assert [row[3] for row in rows[1:]] == [other.short_name]
    GapKind.objects.filter(code="no_narrative").update(is_on=False)
    assert "没有文字说明" not in client.get(url).content.decode()


@pytest.mark.sqlite_only
def test_as_many_queries_for_a_hundred_units_as_for_two(cast: Cast):
    wanted = make_archive(cast)
    judge(cast, "met")
    paper(cast, wanted, to="returned")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            visible_gaps(cast.plan, rights_of(cast.office))
        return len(queries)

    count()
    few = count()
    for n in range(100):
        UnitFactory(name=f"乡{n}", kind="county")
    paper(cast, wanted, "又一份", to="returned")
    paper(cast, wanted, "再一份", to="draft")
    assert count() == few
