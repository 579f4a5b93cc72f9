"""The bulk way writes the same rows as the services, row by row, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import models, transaction

from chuangmo.access.models import User
from chuangmo.audit.models import AuditEvent
from chuangmo.org.models import Unit
from chuangmo.review import services as review
from chuangmo.review.models import Case, ReviewEvent, Revision
from indicators.demonstration.rules.days import NOW, Course, at
from indicators.demonstration.services.chronicle import Chronicle
from indicators.demonstration.services.filling import fill, store
from indicators.demonstration.services.moments import moment
from indicators.demonstration.services.sheets import Sheet, World, sheets_of
from indicators.plan.models import Plan
from indicators.reporting.models import AcceptedAnswer, Figure, Report, ReportText

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

COURSE = Course(
    at(date(2017, 6, 2), 9, 5),
    at(date(2017, 6, 2), 14, 20),
    at(date(2017, 6, 5), 10),
    at(date(2017, 6, 6), 9),
)
WITHOUT_OWN_REVIEW = "no review of its own: skipped"
CASES = [
    ((19, "六枝特区", "2017-05"), "a county with figures"),
    ((17, "市环保局", "2017-05"), "the lead itself: its step is skipped"),
    ((20, "六枝特区", "2017-05"), WITHOUT_OWN_REVIEW),
    ((26, "六枝特区", "2017"), "a checklist"),
    ((21, "水城县", "2017-05"), "one of two leads, a monthly item"),
]


@pytest.fixture
def fresh(demonstration) -> Iterator[tuple[World, dict[Any, Sheet]]]:
    plan = Plan.objects.current()
    yield World(plan), {sheet.key: sheet for sheet in sheets_of(plan) if sheet.report.case.revision_no == 0}


def columns(row: models.Model, *without: str) -> dict[str, Any]:
    leave = {"id", "case", "acting_unit_id", *without}
    return {
        one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if one.name not in leave
    }


def written(report: Report) -> dict[str, list[dict[str, Any]]]:
    """Everything that the review of a report leaves behind, without row numbers."""
    case = Case.objects.get(pk=report.case_id)
    obligation = Report.objects.get(pk=report.pk).obligation
    assert obligation is not None
    audit = AuditEvent.objects.filter(
        object_kind="report", object_id=str(report.pk), at__gte=COURSE.submitted
    )
    return {
        "case": [columns(case)],
        "obligation": [columns(obligation)],
        "events": [
            {**columns(one), "unit": one.acting_unit_id}
            for one in ReviewEvent.objects.filter(case=case).order_by("id")
        ],
        "revisions": [columns(one) for one in Revision.objects.filter(case=case)],
        "figures": [columns(one) for one in Figure.objects.filter(report=report).order_by("element", "site")],
        "answers": [columns(one) for one in AcceptedAnswer.objects.filter(report=report).order_by("item")],
        "audit": [columns(one) for one in audit.order_by("id")],
    }


def by_services(world: World, sheet: Sheet) -> None:
    lead = world.leads(sheet)[0].short_name
    office = world.office(*sheet.about)
    people: list[tuple[Any, Any, User | None]] = [
        (review.submit, COURSE.submitted, world.reporter(sheet.unit)),
        (review.sign_off, COURSE.signed_off, world.reviewer(sheet.unit)),
        (review.verify, COURSE.verified, world.reviewer(lead)),
        (review.accept, COURSE.accepted, office),
    ]
    skipped = {"sign_off"} if not sheet.report.unit.own_review else set()
    skipped |= {"verify"} if sheet.report.unit in world.leads(sheet) else set()
    for move, when, by in people:
        if move.__name__ in skipped:
            continue
        case = Case.objects.get(pk=sheet.report.case_id)
        with moment(when):
            move(case_id=case.pk, revision_no=case.revision_no, by=by)


@pytest.mark.parametrize(("key", "why"), CASES, ids=[why for _, why in CASES])
def test_bulk_and_services_leave_the_same(fresh, key: tuple[int, str, str], why: str) -> None:
    world, sheets = fresh
    sheet = sheets[key]
    ReportText.objects.filter(report=sheet.report).delete()  # somebody has begun to write
    if why == WITHOUT_OWN_REVIEW:
        Unit.objects.filter(pk=sheet.report.unit_id).update(own_review=False)
    left = []
    for way in ("bulk", "services"):
        here = transaction.savepoint()
        try:
            again = {one.key: one for one in sheets_of(world.plan)}[key]
            fill(world, again, world.reporter(again.unit), at(date(2017, 6, 1), 9))
            store([again])
            if way == "bulk":
                chronicle = Chronicle(world)
                chronicle.send([(again, COURSE)])
                chronicle.write_moves()
                chronicle.write_story()
            else:
                by_services(world, again)
            left.append(written(again.report))
        finally:
            transaction.savepoint_rollback(here)
    bulk, services = left
    for kind, rows in services.items():
        assert bulk[kind] == rows, kind
    assert services["case"][0]["state"] == "accepted"
    assert COURSE.reached(NOW) == 4 and sheet.report.case.revision_no == 0
