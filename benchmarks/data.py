"""Fills a database with a campaign of 100 units × 26 indicators over one month or five years.

Rows are written by the database's own bulk load (executemany, COPY) and are what the services would have written for
accepted months; the newest month stands at every step of the review. The figures mean nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from chuangmo.access.models import Role, User
from chuangmo.access.services import add_membership
from chuangmo.deadlines.models import Obligation
from chuangmo.org.models import Unit, UnitKind
from chuangmo.periods import Period, month
from chuangmo.review.models import Case, Revision, State
from indicators.assessment.rules import rule_json, validate_rule
from indicators.plan.models import (
    Assignment,
    AssignmentRole,
    Category,
    DataElement,
    Duty,
    Indicator,
    Plan,
    ReportItem,
    RuleVersion,
    Site,
    SiteKind,
)
from indicators.reporting.models import Figure, Report, ReportValue
from indicators.reporting.services.freezing import freeze_report

UNITS, INDICATORS, ELEMENTS = 100, 26, 7
NEWEST = month(2017, 5)
STATES = (State.DRAFT, State.SUBMITTED, State.SIGNED_OFF, State.VERIFIED, State.ACCEPTED, State.RETURNED)


@dataclass(frozen=True)
class World:
    """Who and what the measurements need."""

    plan: Plan
    reporter: User
    reviewer: User
    office: User
    values: int


def fill(months: int) -> World:
    """Write `months` months up to May 2017; return who signs in. The database must be empty and migrated."""
    with transaction.atomic():
        plan, indicators, elements = _plan()
        units = _units()
        reporter, reviewer, office = _people(units)
        _duties(indicators, units)
    sites = {site.unit_id: site.pk for site in Site.objects.all()}
    numbers = count(1)
    periods = [_back(NEWEST, steps) for steps in range(months - 1, -1, -1)]
    for period in periods:
        with transaction.atomic():
            _month(period, units, indicators, elements, sites, numbers, reporter)
    _reset_sequences()
    _revisions(reporter)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return World(plan, reporter, reviewer, office, ReportValue.objects.count())


def _plan() -> tuple[Plan, list[Indicator], dict[int, list[DataElement]]]:
    plan = Plan.objects.create(
        code="2017", name="测速方案", year=2017, window_start=date(2013, 1, 1), window_end=date(2017, 12, 31)
    )
    category = Category.objects.create(plan=plan, code="1", name="测速", order=1)
    indicators, elements = [], {}
    for number in range(1, INDICATORS + 1):
        indicator = Indicator.objects.create(
            plan=plan,
            number=number,
            name=f"第{number}项指标≥85%",
            short_name=f"第{number}项",
            category=category,
        )
        codes = [f"i{number:02d}.b{index}" for index in range(ELEMENTS)]
        elements[indicator.pk] = [
            DataElement.objects.create(
                code=code, name=f"数据{code}", measure="t", precision=2, frequency="month", over_time="sum",
                over_units="sum", scope="全市域",
            )
            for code in codes
        ]  # fmt: skip
        ReportItem.objects.bulk_create(
            ReportItem(indicator=indicator, element=element, reporter="responsible", due="end+5", order=index)
            for index, element in enumerate(elements[indicator.pk])
        )
        body = {
            "parts": [
                {
                    "code": "rate", "name": "率", "kind": "RATE", "numerator": codes[0], "denominator": codes[1],
                    "scale": "100", "op": ">=", "limit": "85", "unit": "%", "places": 2, "margin_pct": "5",
                    "window": {"kind": "year"},
                }
            ],
            "headline_part": "rate",
        }  # fmt: skip
        RuleVersion.objects.create(indicator=indicator, version=1, body=rule_json(validate_rule(body)))
        indicators.append(indicator)
    return plan, indicators, elements


def _units() -> list[Unit]:
    units = [
        Unit.objects.create(name=f"测速单位{n:03d}", short_name=f"单位{n:03d}", kind=UnitKind.COUNTY, order=n)
        for n in range(1, UNITS + 1)
    ]
    Site.objects.bulk_create(
        Site(code=f"unit-{unit.pk}", name=unit.short_name, kind=SiteKind.UNIT, unit=unit) for unit in units
    )
    return units


def _people(units: Sequence[Unit]) -> tuple[User, User, User]:
    office_unit = Unit.objects.create(name="市创模办", short_name="市创模办", kind=UnitKind.OFFICE, order=0)
    seats = [
        ("reporter", units[0], Role.REPORTER),
        ("reviewer", units[0], Role.REVIEWER),
        ("office", office_unit, Role.OFFICE),
    ]
    people = []
    for username, unit, role in seats:
        person = User.objects.create(username=username, name=username)
        add_membership(user=person, unit=unit, role=role, by=None)
        people.append(person)
    return people[0], people[1], people[2]


def _duties(indicators: Sequence[Indicator], units: Sequence[Unit]) -> None:
    Duty.objects.bulk_create(
        Duty(indicator=indicator, unit=unit, role="lead" if index == 0 else "responsible", order=index)
        for indicator in indicators
        for index, unit in enumerate(units)
    )
    Assignment.objects.bulk_create(
        Assignment(indicator=indicator, unit=unit, role=role)
        for indicator in indicators
        for index, unit in enumerate(units)
        for role in (
            [AssignmentRole.LEAD, AssignmentRole.RESPONSIBLE] if index == 0 else [AssignmentRole.RESPONSIBLE]
        )
    )


def _month(
    period: Period,
    units: Sequence[Unit],
    indicators: Sequence[Indicator],
    elements: dict[int, list[DataElement]],
    sites: dict[int, int],
    numbers: Iterator[int],
    reporter: User,
) -> None:
    now = datetime(2017, 6, 6, 8, tzinfo=timezone.get_current_timezone())
    due = period.end + timedelta(days=5)
    done = period != NEWEST
    cases, obligations, reports, values, figures = [], [], [], [], []
    for indicator in indicators:
        for unit in units:
            pk = next(numbers)
            state = State.ACCEPTED if done else STATES[pk % len(STATES)]
            submitted = state != State.DRAFT
            accepted = state == State.ACCEPTED
            cases.append(Case(
                pk=pk, kind="report", unit=unit, state=state, revision_no=int(submitted), step_entered_at=now,
                submitted_by=reporter if submitted else None, accepted_revision_no=1 if accepted else None,
            ))  # fmt: skip
            obligations.append(Obligation(
                pk=pk, kind="report", unit=unit, subject_kind="report", subject_id=pk, subject_url=f"/reports/{pk}/",
                subject_label=f"{indicator} {period.label}", due_on=due, original_due_on=due,
                locks_on=due + timedelta(days=7), done_at=now if submitted else None,
                done_on=due if submitted else None, **_columns(period),
            ))  # fmt: skip
            reports.append(Report(
                pk=pk, indicator=indicator, unit=unit, has_narrative=True, case_id=pk, obligation_id=pk,
                created_at=now, **_columns(period),
            ))  # fmt: skip
            for index, element in enumerate(elements[indicator.pk]):
                number = Decimal(100 + (pk * 7 + index * 13) % 900)
                key = (pk - 1) * ELEMENTS + index + 1
                values.append(ReportValue(
                    pk=key, report_id=pk, element=element, site_id=sites[unit.pk], raw=str(number), answer="value",
                    value=number, version=1, updated_by=reporter, updated_at=now, order=index,
                ))  # fmt: skip
                if accepted:
                    figures.append(Figure(
                        pk=key, element=element, unit=unit, site_id=sites[unit.pk], answer="value", value=number,
                        report_id=pk, accepted_at=now, **_columns(period),
                    ))  # fmt: skip
    for rows in (cases, obligations, reports, values, figures):
        _load(rows)


def _columns(period: Period) -> dict[str, Any]:
    return {"period_kind": period.kind.value, "period_start": period.start, "period_end": period.end}


def _load(rows: Sequence[Any]) -> None:
    """The database's own bulk load: COPY on PostgreSQL, executemany elsewhere."""
    if not rows:
        return
    fields = rows[0]._meta.concrete_fields
    table = connection.ops.quote_name(rows[0]._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    lines: Iterable[list[Any]] = (
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for line in lines:
                    copy.write_row(line)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(lines))


def _revisions(reporter: User) -> None:
    """Submitted reports of the newest month have their frozen content, as the review pages read it."""
    reports = Report.objects.filter(period_end=NEWEST.end, case__revision_no=1).select_related(
        "case", "unit", "indicator"
    )
    first = list(reports[:50])
    content = {report.pk: freeze_report(report) for report in first}
    shape = json.dumps(content[first[0].pk])
    Revision.objects.bulk_create(
        Revision(
            case_id=report.case_id,
            number=1,
            content=content.get(report.pk) or json.loads(shape),
            digest="0" * 64,
            created_by=reporter,
        )
        for report in reports
    )


def _reset_sequences() -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in (Case, Obligation, Report, ReportValue, Figure):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )


def _back(period: Period, steps: int) -> Period:
    for _ in range(steps):
        period = period.previous()
    return period
