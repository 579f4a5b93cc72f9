"""Rows for tests: factory-boy factories with sensible Chinese defaults, and a fixed cast of people.

The `cast` fixture (tests/conftest.py) gives one small world: two counties that report on indicator 18, the bureau that
leads it, the steering offices, and one person for every role. Roles are rows as `access.services` would make them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from factory.django import DjangoModelFactory

from chuangmo import periods
from chuangmo.access.models import Membership, Role, UnitRole, User
from chuangmo.access.services import ensure_role, ensure_unit_roles
from chuangmo.deadlines.models import Obligation
from chuangmo.org.models import Unit, UnitKind
from chuangmo.periods import Period
from chuangmo.review.models import Case, State
from indicators.plan.models import (
    Assignment,
    AssignmentRole,
    Category,
    ChecklistItem,
    DataElement,
    Duty,
    DutyRole,
    Indicator,
    Plan,
    Relation,
    ReportItem,
    Site,
    SiteKind,
)
from indicators.plan.services.loading import load_plan
from indicators.reporting.models import Answer, ChecklistAnswer, Figure, Report, ReportValue
from tests.worlds import told_once

MAY = periods.month(2017, 5)

# Units and people ---------------------------------------------------------------------------------------


class UnitFactory(DjangoModelFactory):
    """A bureau; `kind`, `county` and names as given. City-wide roles see it at once."""

    class Meta:
        model = Unit
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"市直第{n}局")
    short_name = factory.LazyAttribute(lambda unit: unit.name[:30])
    kind = UnitKind.BUREAU
    order = factory.Sequence(lambda n: n)

    @classmethod
    def _create(cls, model_class: type[Unit], *args: Any, **kwargs: Any) -> Unit:
        unit = super()._create(model_class, *args, **kwargs)
        if UnitRole.objects.exists():
            ensure_unit_roles(unit)
        return unit


class UserFactory(DjangoModelFactory):
    """A person without any role; `give_role` gives one."""

    class Meta:
        model = User
        django_get_or_create = ("username",)
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"人员{n}")
    email = ""


def give_role(
    user: User, unit: Unit, role: str, valid_from: date | None = None, valid_to: date | None = None
) -> Membership:
    """Put a person into a role of a unit, with the group and the object permissions that go with it."""
    membership = Membership.objects.create(
        user=user, unit=unit, role=role, valid_from=valid_from, valid_to=valid_to
    )
    unit_role = UnitRole.objects.filter(unit=unit, role=role).first()
    if unit_role is None:
        unit_role = ensure_role(unit, role)
    user.groups.add(unit_role.group)
    return membership


# The plan -----------------------------------------------------------------------------------------------


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan
        django_get_or_create = ("code",)

    code = "2017"
    name = "六盘水市创建国家环境保护模范城市2017年工作方案"
    year = 2017
    window_start = date(2017, 1, 1)
    window_end = date(2017, 12, 31)
    is_current = True


@told_once
def load_whole_plan() -> Plan:
    """The plan of 2017 as the fixtures have it, with its units, duties, elements, rules, projects and tasks."""
    return load_plan().plan


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category
        django_get_or_create = ("plan", "code")

    plan = factory.SubFactory(PlanFactory)
    code = "build"
    name = "环境建设"
    order = 3


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = Indicator
        django_get_or_create = ("plan", "number")

    plan = factory.SubFactory(PlanFactory)
    category = factory.SubFactory(CategoryFactory, plan=factory.SelfAttribute("..plan"))
    number = factory.Sequence(lambda n: n % 26 + 1)
    name = factory.LazyAttribute(lambda i: f"第{i.number}项指标≥85%")
    short_name = factory.LazyAttribute(lambda i: f"第{i.number}项指标")


class DataElementFactory(DjangoModelFactory):
    """A monthly sum in tonnes, 2 decimals, explained beyond 30 %."""

    class Meta:
        model = DataElement
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"i99.element{n}")
    name = factory.LazyAttribute(lambda e: e.code)
    measure = "t"
    precision = 2
    frequency = "month"
    entry = DataElement.Entry.PERIOD
    site_kind = ""
    over_time = DataElement.OverTime.SUM
    over_units = DataElement.OverUnits.SUM
    scope = "全市域"


class ReportItemFactory(DjangoModelFactory):
    class Meta:
        model = ReportItem
        django_get_or_create = ("indicator", "element")

    indicator = factory.SubFactory(IndicatorFactory)
    element = factory.SubFactory(DataElementFactory)
    reporter = "counties"
    due = "end+5"
    order = factory.Sequence(lambda n: n % 1000)


class RelationFactory(DjangoModelFactory):
    class Meta:
        model = Relation

    code = factory.Sequence(lambda n: f"r{n}")
    left = "i18.treated"
    op = "<="
    right = "i18.produced"
    level = Relation.Level.HARD
    scope = Relation.Scope.REPORT


class ChecklistItemFactory(DjangoModelFactory):
    class Meta:
        model = ChecklistItem
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"i99.c{n}")
    indicator = factory.SubFactory(IndicatorFactory)
    item = factory.Sequence(lambda n: f"第{n}件事已完成")
    answered_by = "counties"
    frequency = "month"
    evidence = "正式发文"
    order = factory.Sequence(lambda n: n % 1000)


class DutyFactory(DjangoModelFactory):
    class Meta:
        model = Duty

    indicator = factory.SubFactory(IndicatorFactory)
    role = DutyRole.RESPONSIBLE
    unit = factory.SubFactory(UnitFactory)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    indicator = factory.SubFactory(IndicatorFactory)
    unit = factory.SubFactory(UnitFactory)
    role = AssignmentRole.RESPONSIBLE


def assign(indicator: Indicator, unit: Unit, role: str = "responsible", **dates: Any) -> Assignment:
    """The duty as the plan says it, and the assignment that follows from it (a provider has no duty)."""
    if role in DutyRole.values:
        Duty.objects.get_or_create(
            indicator=indicator, unit=unit, role=role, defaults={"as_written": unit.name, **dates}
        )
    return Assignment.objects.get_or_create(indicator=indicator, unit=unit, role=role, defaults=dates)[0]


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = Site
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"site{n}")
    name = factory.Sequence(lambda n: f"第{n}处点位")
    kind = SiteKind.FACILITY
    unit = factory.SubFactory(UnitFactory, kind=UnitKind.COUNTY)
    order = factory.Sequence(lambda n: n % 1000)


def whole_unit(unit: Unit) -> Site:
    """The unit as a whole: the site of figures that are not per site."""
    return Site.objects.get_or_create(
        unit=unit, kind=SiteKind.UNIT, defaults={"code": f"unit-{unit.pk}", "name": unit.short_name}
    )[0]


# Reports ------------------------------------------------------------------------------------------------


class CaseFactory(DjangoModelFactory):
    class Meta:
        model = Case

    kind = "report"
    unit = factory.SubFactory(UnitFactory)
    state = State.DRAFT
    step_entered_at = factory.LazyFunction(timezone.now)


class ObligationFactory(DjangoModelFactory):
    """Due on 2017-06-05, locked after 2017-06-12, for May 2017."""

    class Meta:
        model = Obligation

    kind = "report"
    unit = factory.SubFactory(UnitFactory)
    subject_kind = "report"
    subject_id = factory.Sequence(lambda n: n + 1_000_000)
    subject_label = "报表"
    subject_url = "/reports/0/"
    due_on = date(2017, 6, 5)
    original_due_on = factory.SelfAttribute("due_on")
    locks_on = factory.LazyAttribute(lambda o: o.due_on and o.due_on + timedelta(days=7))
    period_kind = MAY.kind
    period_start = MAY.start
    period_end = MAY.end


def make_report(
    unit: Unit,
    indicator: Indicator,
    elements: Iterable[DataElement] = (),
    period: Period = MAY,
    *,
    sites: Iterable[Site] = (),
    items: Iterable[ChecklistItem] = (),
    part: str = "regular",
    state: str = State.DRAFT,
    due_on: date | None = date(2017, 6, 5),
    has_narrative: bool = False,
    values: dict[str, str | int | Decimal] | None = None,
) -> Report:
    """A report with its case, obligation and cells (element × site, or the whole unit); `values` fills cells by code."""
    columns = {"period_kind": period.kind, "period_start": period.start, "period_end": period.end}
    case = CaseFactory(unit=unit, state=state)
    report = Report.objects.create(
        indicator=indicator, unit=unit, part=part, has_narrative=has_narrative, case=case, **columns
    )
    report.obligation = ObligationFactory(
        unit=unit,
        subject_id=report.pk,
        subject_label=f"{indicator} {period.label}",
        subject_url=report.get_absolute_url(),
        due_on=due_on,
        **columns,
    )
    report.save(update_fields=["obligation"])
    chosen = list(sites) or [whole_unit(unit)]
    order = 0
    for element in elements:
        for site in chosen:
            typed = (values or {}).get(element.code)
            value = None if typed is None else Decimal(typed)
            ReportValue.objects.create(
                report=report,
                element=element,
                site=site,
                order=order,
                raw="" if typed is None else str(typed),
                value=value,
                answer=Answer.BLANK if value is None else Answer.VALUE,
            )
            order += 1
    ChecklistAnswer.objects.bulk_create(ChecklistAnswer(report=report, item=item) for item in items)
    return report


class FigureFactory(DjangoModelFactory):
    """An accepted figure of May 2017 of a whole unit."""

    class Meta:
        model = Figure

    element = factory.SubFactory(DataElementFactory)
    unit = factory.SubFactory(UnitFactory)
    site = factory.LazyAttribute(lambda f: whole_unit(f.unit))
    answer = Answer.VALUE
    value = Decimal(100)
    period_kind = MAY.kind
    period_start = MAY.start
    period_end = MAY.end
    accepted_at = factory.LazyFunction(timezone.now)


def make_figure(element: DataElement, unit: Unit, period: Period, value: Any, **more: Any) -> Figure:
    """An accepted figure of that period; `value` None needs an `answer`."""
    return FigureFactory(
        element=element,
        unit=unit,
        period_kind=period.kind,
        period_start=period.start,
        period_end=period.end,
        value=None if value is None else Decimal(value),
        **more,
    )


# The cast -----------------------------------------------------------------------------------------------


@dataclass
class Cast:
    """One small world: who is in it, and what they have to do with indicator 18 in 2017."""

    plan: Plan
    indicator: Indicator  # 18, two elements, led by `bureau`, owed by the two counties
    produced: DataElement
    treated: DataElement
    county: Unit  # the owner's
    other_county: Unit  # the stranger's
    bureau: Unit
    city_office: Unit
    owner: User  # reporter of `county`
    owner2: User  # a second reporter of `county`
    colleague: User  # reviewer of `county`: sees its reports, may not enter
    stranger: User  # reporter of `other_county`
    lead: User  # reviewer of `bureau`
    lead_clerk: User  # reporter of `bureau`
    office: User
    county_office: User  # of the county office inside `county`
    inspector: User
    observer: User
    assessor: User
    admin: User
    anonymous: AnonymousUser

    def people(self) -> dict[str, User | AnonymousUser]:
        """Everybody by their part in the play."""
        names = (
            "owner",
            "colleague",
            "stranger",
            "lead",
            "office",
            "county_office",
            "inspector",
            "observer",
            "assessor",
            "admin",
            "anonymous",
        )
        return {name: getattr(self, name) for name in names}

    def report(self, unit: Unit | None = None, period: Period = MAY, **more: Any) -> Report:
        """A report of indicator 18 with its two cells (see `make_report`)."""
        elements = more.pop("elements", [self.produced, self.treated])
        return make_report(unit or self.county, self.indicator, elements, period, **more)


@told_once
def make_cast() -> Cast:
    """Build the cast; see `Cast` for who is who."""
    plan = PlanFactory()
    county = UnitFactory(name="钟山区人民政府", short_name="钟山区", kind=UnitKind.COUNTY, order=1)
    other = UnitFactory(name="水城县人民政府", short_name="水城县", kind=UnitKind.COUNTY, order=2)
    bureau = UnitFactory(name="市城市管理局", short_name="市城管局", kind=UnitKind.BUREAU, order=3)
    city_office = UnitFactory(name="市创模办", short_name="市创模办", kind=UnitKind.OFFICE, order=4)
    inside = UnitFactory(
        name="钟山区创模办", short_name="钟山区创模办", kind=UnitKind.OFFICE, county=county, order=5
    )
    oversight = UnitFactory(name="市监察局", short_name="市监察局", kind=UnitKind.OVERSIGHT, order=6)
    category = CategoryFactory(plan=plan)
    indicator = IndicatorFactory(
        plan=plan,
        category=category,
        number=18,
        name="市中心城区生活垃圾无害化处理率≥85%",
        short_name="生活垃圾无害化处理率",
    )
    produced = DataElementFactory(code="i18.produced", name="生活垃圾产生量", scope="市中心城区")
    treated = DataElementFactory(code="i18.treated", name="生活垃圾无害化处理量", scope="市中心城区")
    ReportItemFactory(indicator=indicator, element=produced, order=1)
    ReportItemFactory(indicator=indicator, element=treated, order=2)
    for unit in (county, other, bureau):
        whole_unit(unit)
    assign(indicator, county)
    assign(indicator, other)
    assign(indicator, bureau, "lead")
    seats = {
        "owner": ("李静", county, Role.REPORTER),
        "owner2": ("张敏", county, Role.REPORTER),
        "colleague": ("陈主任", county, Role.REVIEWER),
        "stranger": ("赵强", other, Role.REPORTER),
        "lead": ("刘工", bureau, Role.REVIEWER),
        "lead_clerk": ("周洁", bureau, Role.REPORTER),
        "office": ("王科长", city_office, Role.OFFICE),
        "county_office": ("孙主任", inside, Role.COUNTY_OFFICE),
        "inspector": ("吴督查", oversight, Role.INSPECTOR),
        "observer": ("郑市长", city_office, Role.OBSERVER),
        "assessor": ("冯专家", city_office, Role.ASSESSOR),
        "admin": ("管理员", city_office, Role.ADMIN),
    }
    people = {}
    for username, (name, unit, role) in seats.items():
        people[username] = UserFactory(username=username, name=name, is_staff=role == Role.ADMIN)
        give_role(people[username], unit, role)
    return Cast(
        plan=plan,
        indicator=indicator,
        produced=produced,
        treated=treated,
        county=county,
        other_county=other,
        bureau=bureau,
        city_office=city_office,
        anonymous=AnonymousUser(),
        **people,
    )
