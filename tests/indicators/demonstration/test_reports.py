"""The reports of the demonstration: at every step of the review, late, returned, unlocked; all of it consistent."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import F, Q

from chuangmo import clock
from chuangmo.audit.models import AuditEvent
from chuangmo.audit.sealing import seal, verify
from chuangmo.deadlines.models import LockException, Obligation
from chuangmo.deadlines.services import is_entry_open
from chuangmo.files.models import Attachment
from chuangmo.review.models import IN_REVIEW, Case, Remark, ReviewEvent, Revision, State
from chuangmo.review.rules import digest
from indicators.demonstration.rules.days import NOW
from indicators.demonstration.services.stories import CORRECTED, LATE, LOCKED_OUT, UNLOCKED
from indicators.reporting.models import Figure, PeriodLock, Report, ReportValue
from indicators.reporting.services.checks import submission_faults
from indicators.reporting.services.freezing import freeze_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration"), pytest.mark.sqlite_only]

CITY = "全市本年累计"


def the_report(key: tuple[int, str, str]) -> Report:
    number, unit, code = key
    found = Report.objects.select_related("case", "obligation", "indicator", "unit").filter(
        indicator__number=number, unit__short_name=unit, part="regular", period_kind="month"
    )
    return next(report for report in found if report.period.code == code)


def months(first: date, last: date) -> Counter[str]:
    found = Report.objects.filter(period_kind="month", period_end__range=(first, last))
    return Counter(found.values_list("case__state", flat=True))


def without_city(content: dict[str, Any]) -> dict[str, Any]:
    """The city's sums go on moving after a report was sent, as others are accepted."""
    return {**content, "checks": [one for one in content["checks"] if not one["message"].startswith(CITY)]}


def test_january_to_april_are_nearly_complete() -> None:
    states = months(date(2017, 1, 1), date(2017, 4, 30))
    assert states["accepted"] / states.total() > 0.97
    assert states["unlocked"] == 1
    assert 5 <= states["draft"] <= 30


def test_may_stands_at_every_step() -> None:
    states = months(date(2017, 5, 1), date(2017, 5, 31))
    assert states["returned"] == 4
    for state in ("draft", "submitted", "signed_off", "verified", "accepted"):
        assert states[state] >= 10, state


def test_june_is_open_and_untouched() -> None:
    states = months(date(2017, 6, 1), date(2017, 6, 30))
    assert states == {
        "draft": Report.objects.filter(period_kind="month", period_end=date(2017, 6, 30)).count()
    }
    assert not ReportValue.objects.filter(report__period_end__gt=date(2017, 6, 6), version__gt=0).exclude(
        report__period_kind="year"
    )


def test_one_county_is_a_day_late_and_another_figure_may_be_made_up_until_friday() -> None:
    late, missing = the_report(LATE).obligation, the_report(LOCKED_OUT).obligation
    assert late is not None and missing is not None
    assert late.due_on == date(2017, 6, 5) and late.is_late(clock.today()) and late.done_at is None
    assert missing.is_locked(clock.today())
    assert LockException.objects.get(obligation=missing).until == date(2017, 6, 9)
    assert is_entry_open(missing, clock.today())


def test_several_are_late_and_none_is_done_before_it_could_be() -> None:
    late = Obligation.objects.late(clock.today()).filter(period_end=date(2017, 5, 31))
    assert late.count() >= 5
    done = Obligation.objects.filter(done_at__isnull=False)
    assert not done.filter(done_at__gt=NOW) and not done.filter(due_on__isnull=True)
    reports = done.filter(kind="report")
    punctual = reports.filter(done_on__lte=F("original_due_on")).count()
    assert 0.9 < punctual / reports.count() < 1


def test_what_was_returned_says_why_with_remarks_on_its_cells() -> None:
    returned = ReviewEvent.objects.filter(action="send_back")
    assert all(event.reason for event in returned)
    for remark in Remark.objects.select_related("event", "case"):
        content = Revision.objects.get(case=remark.case, number=remark.event.revision_no).content
        cells = {one["cell"] for one in content["values"]} | {f"t:{kind}" for kind in content["texts"]}
        assert remark.cell in cells
    assert {remark.cell[0] for remark in Remark.objects.all()} == {"v", "t"}
    open_again = Report.objects.filter(case__state=State.RETURNED)
    assert all(report.obligation and report.obligation.cycle == 2 for report in open_again)


def test_a_corrected_report_has_two_revisions_and_the_second_one_counts() -> None:
    report = the_report(CORRECTED)
    assert report.case.state == State.ACCEPTED and report.case.accepted_revision_no == 2
    first, second = (one.content["values"][0]["value"] for one in report.case.revisions.order_by("number"))
    assert first != second
    assert f"{Figure.objects.get(report=report).value:.6f}" == second


def test_the_unlocked_report_keeps_its_figure() -> None:
    report = the_report(UNLOCKED)
    assert (report.case.state, report.case.accepted_revision_no) == (State.UNLOCKED, 1)
    assert Figure.objects.current().filter(report=report).count() == 1


def test_every_revision_is_what_the_service_would_freeze() -> None:
    untouched = ReviewEvent.objects.filter(action__in=["send_back", "unlock", "withdraw"]).values("case")
    cases = Case.objects.filter(Q(state=State.ACCEPTED) | Q(state__in=IN_REVIEW)).exclude(pk__in=untouched)
    asked = Report.objects.filter(case__in=cases).select_related("indicator", "unit", "case", "obligation")
    seen = 0
    for place, report in enumerate(asked.order_by("pk").prefetch_related("case__revisions")):
        revision = report.case.revisions.all()[0]
        if place % 6 and not revision.content["checks"] and not revision.content["attachments"]:
            continue
        assert without_city(revision.content) == without_city(freeze_report(report)), str(report)
        assert revision.digest == digest(revision.content)
        seen += 1
    assert seen > 200


def test_nothing_that_was_submitted_had_anything_in_its_way() -> None:
    sent = Report.objects.filter(
        case__state__in=[State.ACCEPTED, *IN_REVIEW], values__isnull=False
    ).distinct()
    faults = {
        str(report): [one for one in submission_faults(report) if not one.message.startswith(CITY)]
        for report in sent.select_related("indicator", "unit")
    }
    assert {name: found for name, found in faults.items() if found} == {}
    assert len(faults) > 200


def test_what_leaps_is_explained() -> None:
    explained = {
        (value.element.code, value.report.unit.short_name, value.report.period_end.month)
        for value in ReportValue.objects.exclude(explanation="").select_related("element", "report__unit")
    }
    assert ("i04.investment", "市林业局", 3) in explained
    revisions = Revision.objects.filter(case__kind="report")
    asked = [one.content["checks"] for one in revisions if one.content["checks"]]
    assert len(asked) >= 4 and all(check["explained"] for checks in asked for check in checks)


def test_figures_of_the_plan_year_come_from_accepted_revisions() -> None:
    figures = Figure.objects.filter(report__isnull=False).select_related("report__case")
    assert all(figure.revision_no == figure.report.case.accepted_revision_no for figure in figures)
    assert all(figure.accepted_at <= NOW for figure in figures)
    assert not Figure.objects.filter(report__isnull=True, period_end__gte=date(2017, 1, 1))


def test_figures_never_overlap() -> None:
    """A year's figure may not overlap accepted months (domain.md §3); January-to-date figures end apart."""
    seen: dict[tuple[int, int, int], list[tuple[date, date]]] = {}
    for figure in Figure.objects.current().filter(element__entry="period"):
        key = (figure.element_id, figure.unit_id, figure.site_id)
        seen.setdefault(key, []).append((figure.period_start, figure.period_end))
    for stretches in seen.values():
        stretches.sort()
        assert all(before[1] < after[0] for before, after in pairwise(stretches))


def test_nobody_checked_what_they_wrote_themselves() -> None:
    for event in ReviewEvent.objects.filter(skipped=False, action__in=["sign_off", "verify", "accept"]):
        assert event.by_id != Case.objects.get(pk=event.case_id).submitted_by_id


def test_skipped_steps_stand_on_the_timeline_with_their_reason() -> None:
    reasons = Counter(ReviewEvent.objects.filter(skipped=True).values_list("action", "reason"))
    assert set(reasons) == {
        ("sign_off", "本单位已关闭单位审核"),
        ("verify", "牵头单位自己的报表，不再经牵头核定"),
        ("verify", "牵头单位自己的监测数据，不再经牵头核定"),
        ("verify", "牵头单位自己的材料，不再经牵头单位核定"),
    }


def test_the_audit_chain_holds_and_nothing_is_later_than_that_morning() -> None:
    seal()
    assert verify().is_sound
    of_the_plan = ["载入方案数据", "更新任务分派"]
    assert not AuditEvent.objects.filter(at__gt=NOW).exclude(action__in=of_the_plan, actor=None)
    assert not ReviewEvent.objects.filter(at__gt=NOW)
    assert not Revision.objects.filter(created_at__gt=NOW)
    assert not Attachment.objects.filter(uploaded_at__gt=NOW)


def test_timelines_run_forwards() -> None:
    last: dict[int, ReviewEvent] = {}
    for event in ReviewEvent.objects.order_by("id"):
        before = last.get(event.case_id)
        assert before is None or (before.at <= event.at and before.to_state == event.from_state)
        last[event.case_id] = event
    states = dict(Case.objects.values_list("pk", "state"))
    assert {pk: event.to_state for pk, event in last.items()} == {pk: states[pk] for pk in last}


def test_two_months_are_closed() -> None:
    assert [lock.period.label for lock in PeriodLock.objects.order_by("period_start")] == [
        "2017年1月",
        "2017年2月",
    ]


def test_files_are_there_and_marked(demonstration) -> None:
    rows = list(Attachment.objects.select_related("file"))
    assert {row.name.rsplit(".", 1)[1] for row in rows} == {"pdf", "png", "xlsx", "jpg", "txt"}
    assert all("（演示）" in row.name for row in rows)
    assert all((demonstration.media / row.file.path).stat().st_size == row.file.size for row in rows)
