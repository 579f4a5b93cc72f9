"""Fills a database with a campaign of 100 units × 26 indicators over one month or five years.

The oldest and the newest month are written by the database's own bulk load (executemany, COPY), the months between are
copies of the oldest made inside the database. They are what the services would have written: accepted months, and the
newest one at every step of the review. The figures mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from chuangmo.access.models import Role, User
from chuangmo.access.services import add_membership
from chuangmo.deadlines.models import Obligation
from chuangmo.org.models import Unit, UnitKind
from chuangmo.periods import Period, month
from chuangmo.review.models import IN_REVIEW, Case, ReviewEvent, Revision, State
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
REPORTS = UNITS * INDICATORS  # a month
FROZEN = 40  # reports whose revision is what they say; the others have the same shape
NOW = datetime(2017, 6, 6, 8, tzinfo=timezone.get_default_timezone())
NEWEST = month(2017, 5)
STATES = (State.DRAFT, State.SUBMITTED, State.SIGNED_OFF, State.VERIFIED, State.ACCEPTED, State.RETURNED)
WAY = (
    ("submit", State.DRAFT, State.SUBMITTED),
    ("sign_off", State.SUBMITTED, State.SIGNED_OFF),
    ("verify", State.SIGNED_OFF, State.VERIFIED),
    ("accept", State.VERIFIED, State.ACCEPTED),
)
WAYS = {
    **{state: WAY[: number + 1] for number, (_, _, state) in enumerate(WAY)},
    State.RETURNED: (WAY[0], ("send_back", State.SUBMITTED, State.RETURNED)),
}


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
    periods = [_back(NEWEST, steps) for steps in range(months - 1, -1, -1)]
    with _unchecked():
        for number, period in enumerate(periods):
            with transaction.atomic():
                if 0 < number < months - 1:
                    _copy_month(periods[0], period, number)
                else:
                    _month(period, number, units, indicators, elements, sites, reporter)
                    _reviews(period, reporter)
        _reset_sequences()
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE"
        )  # as autovacuum does
    return World(plan, reporter, reviewer, office, ReportValue.objects.count())


def world() -> World:
    """Who and what is in a database that was filled before."""
    people = {one.username: one for one in User.objects.all()}
    plan = Plan.objects.get()
    return World(plan, people["reporter"], people["reviewer"], people["office"], ReportValue.objects.count())


@contextmanager
def _unchecked() -> Iterator[None]:
    """No foreign keys are checked while the rows go in: they fit by construction, and nobody measures this."""
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -500000")
    yield
    if postgres:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")
    connection.close()  # the next one has the settings that the site runs with


def _plan() -> tuple[Plan, list[Indicator], dict[int, list[DataElement]]]:
    plan = Plan.objects.create(
        code="2017",
        name="测速方案",
        year=2017,
        window_start=date(2013, 1, 1),
        window_end=date(2017, 12, 31),
        is_current=True,
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
    number: int,
    units: Sequence[Unit],
    indicators: Sequence[Indicator],
    elements: dict[int, list[DataElement]],
    sites: dict[int, int],
    reporter: User,
) -> None:
    """One month, the `number`th from the oldest: accepted, but the newest at every step of the review."""
    due = period.end + timedelta(days=5)
    cases, obligations, reports, values, figures = [], [], [], [], []
    for place, (indicator, unit) in enumerate(product(indicators, units)):
        pk = number * REPORTS + place + 1
        state = STATES[(place + place // UNITS) % len(STATES)] if period == NEWEST else State.ACCEPTED
        submitted = state != State.DRAFT
        accepted = state == State.ACCEPTED
        cases.append(Case(
            pk=pk, kind="report", unit=unit, state=state, revision_no=int(submitted), step_entered_at=NOW,
            step_due_on=date(2017, 6, 8) if state in IN_REVIEW else None,
            submitted_by=reporter if submitted else None, accepted_revision_no=1 if accepted else None,
        ))  # fmt: skip
        is_done = submitted and state != State.RETURNED
        obligations.append(Obligation(
            pk=pk, kind="report", unit=unit, subject_kind="report", subject_id=pk, subject_url=f"/reports/{pk}/",
            subject_label=f"{indicator} {period.label}", due_on=due, original_due_on=due,
            locks_on=due + timedelta(days=7), done_at=NOW if is_done else None,
            done_on=due if is_done else None, **_columns(period),
        ))  # fmt: skip
        reports.append(Report(
            pk=pk, indicator=indicator, unit=unit, has_narrative=True, case_id=pk, obligation_id=pk,
            created_at=NOW, **_columns(period),
        ))  # fmt: skip
        for index, element in enumerate(elements[indicator.pk]):
            amount = Decimal(100 + (pk * 7 + index * 13) % 900)
            key = (pk - 1) * ELEMENTS + index + 1
            values.append(ReportValue(
                pk=key, report_id=pk, element=element, site_id=sites[unit.pk], raw=str(amount), answer="value",
                value=amount, version=1, updated_by=reporter, updated_at=NOW, order=index,
            ))  # fmt: skip
            if accepted:
                figures.append(Figure(
                    pk=key, element=element, unit=unit, site_id=sites[unit.pk], answer="value", value=amount,
                    report_id=pk, accepted_at=NOW, **_columns(period),
                ))  # fmt: skip
    for rows in (cases, obligations, reports, values, figures):
        _load(rows)


def _reviews(period: Period, reporter: User) -> None:
    """What was frozen of the month's submitted reports, and the steps that they went."""
    reports = Report.objects.filter(period_end=period.end, case__revision_no=1).order_by("pk")
    found = list(reports.select_related("case", "unit", "indicator"))
    first = [one for one in found if one.case.state in (State.VERIFIED, found[0].case.state)][:FROZEN]
    content = {report.pk: freeze_report(report) for report in first}
    shape = content[first[0].pk]
    _load([
        Revision(
            pk=report.pk, case_id=report.case_id, number=1, content=content.get(report.pk, shape),
            digest="0" * 64, created_by=reporter, created_at=NOW,
        )
        for report in found
    ])  # fmt: skip
    _load([
        ReviewEvent(
            pk=(report.pk - 1) * len(WAY) + index + 1, case_id=report.case_id, revision_no=1, action=action,
            from_state=before, to_state=after, by=reporter, by_name=reporter.name, acting_unit=report.unit,
            at=NOW, reason="核对口径" if action == "send_back" else "",
        )
        for report in found
        for index, (action, before, after) in enumerate(WAYS[report.case.state])
    ])  # fmt: skip


def _copy_month(model: Period, period: Period, number: int) -> None:
    """The oldest month again as the `number`th, with other figures: copied inside the database."""
    reports, values = number * REPORTS, number * REPORTS * ELEMENTS
    dates = {
        "period_start": f"'{period.start}'",
        "period_end": f"'{period.end}'",
    }
    due = period.end + timedelta(days=5)
    _copy(Case, "id <= %s", id=f"id + {reports}")
    _copy(
        Obligation,
        "id <= %s",
        id=f"id + {reports}",
        subject_id=f"subject_id + {reports}",
        subject_url=f"'/reports/' || (subject_id + {reports}) || '/'",
        subject_label=f"replace(subject_label, '{model.label}', '{period.label}')",
        due_on=f"'{due}'",
        original_due_on=f"'{due}'",
        locks_on=f"'{due + timedelta(days=7)}'",
        done_on=f"'{due}'",
        **dates,
    )
    by_report = {"id": f"id + {reports}", "case_id": f"case_id + {reports}"}
    _copy(Report, "id <= %s", **by_report, obligation_id=f"obligation_id + {reports}", **dates)
    by_value = {
        "id": f"id + {values}",
        "report_id": f"report_id + {reports}",
        "value": f"value + {number % 9}",
    }
    _copy(
        ReportValue,
        "report_id <= %s",
        **by_value,
        raw=f"CAST(CAST(raw AS INTEGER) + {number % 9} AS VARCHAR(200))",
    )
    _copy(Figure, "report_id <= %s", **by_value, **dates)
    _copy(Revision, "id <= %s", **by_report)
    _copy(ReviewEvent, "case_id <= %s", id=f"id + {reports * len(WAY)}", case_id=f"case_id + {reports}")


def _copy(model: type[Model], oldest: str, **changed: str) -> None:
    """Rows of the oldest month once more; `changed` maps columns to SQL."""
    name = connection.ops.quote_name
    columns = [field.column for field in model._meta.concrete_fields]
    assert changed.keys() <= set(columns)
    chosen = ", ".join(changed.get(column) or name(column) for column in columns)
    if connection.vendor == "postgresql":
        kinds = {field.column: field.db_type(connection) for field in model._meta.concrete_fields}
        chosen = ", ".join(
            f"CAST({changed[column]} AS {kinds[column]})" if column in changed else name(column)
            for column in columns
        )
    table = name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(map(name, columns))}) SELECT {chosen} FROM {table} WHERE {oldest}",
            [REPORTS],
        )


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


def _reset_sequences() -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in (Case, Obligation, Report, ReportValue, Figure, Revision, ReviewEvent):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )


def _back(period: Period, steps: int) -> Period:
    for _ in range(steps):
        period = period.previous()
    return period
