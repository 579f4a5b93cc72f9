"""The whole demonstration, from an empty database with the plan to the morning of 6 June 2017."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from chuangmo.errors import Refused
from chuangmo.org.models import Installation
from chuangmo.periods import Kind
from chuangmo.statistics import gather_statistics
from indicators.assessment.models import Verdict
from indicators.assessment.services.refreshing import refresh_all
from indicators.demonstration.rules.chance import pick
from indicators.demonstration.rules.days import NOW, Course, at, course, written_at
from indicators.demonstration.services.accounts import fill_groups, make_people, review_elsewhere
from indicators.demonstration.services.chronicle import Chronicle
from indicators.demonstration.services.filling import fill, store
from indicators.demonstration.services.moments import moment
from indicators.demonstration.services.papers import add_paper
from indicators.demonstration.services.past import ACCEPTED_AT, load_past
from indicators.demonstration.services.readings import (
    load_past_readings,
    make_sites,
    month_of_readings,
    waiting_readings,
)
from indicators.demonstration.services.sheets import Sheet, World, of_month, sheets_of
from indicators.demonstration.services.stories import LATE, LOCKED_OUT, STORIES, UNLOCKED, tell
from indicators.insight.services.watching import recheck
from indicators.plan.models import Plan
from indicators.reporting.models import Figure, Report, ReportPart
from indicators.reporting.services.opening import open_reports

__all__ = ["Built", "build", "is_built"]

OPENINGS = [
    date(2017, 1, 3),
    date(2017, 2, 3),
    date(2017, 3, 1),
    date(2017, 4, 1),
    date(2017, 5, 2),
    date(2017, 6, 1),
]
MONTHS_DONE = 5
ESTABLISHED = 23  # its yearly checklist is about offices that exist: answered in April already
NEVER_SENT = 70  # one narrative in so many was forgotten, by others than the leads


@dataclass(frozen=True)
class Built:
    """What was made."""

    people: int
    past: int
    reports: int
    figures: int
    verdicts: int


def is_built() -> bool:
    """Whether this database holds the demonstration already."""
    return Installation.current().is_demonstration and Report.objects.exists()


def build() -> Built:
    """Make the demonstration in one transaction. Refused where there are reports or accepted figures already."""
    if Report.objects.exists() or Figure.objects.exists():
        raise Refused("数据库里已有报表或审定数据，不能再生成演示数据。")
    plan = Plan.objects.filter(is_current=True).first()
    if plan is None:
        raise Refused("还没有载入方案，请先运行 manage.py load_plan。")
    with transaction.atomic():
        Verdict.objects.filter(
            indicator__plan=plan
        ).delete()  # of the plan without figures, at the real clock
        with moment(at(date(2017, 1, 3), 8, 30)):
            Installation.objects.update_or_create(pk=1, defaults={"is_demonstration": True})
            people = len(make_people(plan))
            fill_groups()
            review_elsewhere()
            make_sites()
        with moment(ACCEPTED_AT):
            past = load_past(World(plan))
        load_past_readings(World(plan))
        _open(plan)
        gather_statistics()
        _live(plan)
        for path in settings.DEMONSTRATION_PARTS:
            import_string(path)(plan)
        with moment(NOW):
            refresh_all(plan=plan)
            recheck(plan=plan)
        return Built(
            people=people,
            past=past,
            reports=Report.objects.count(),
            figures=Figure.objects.current().count(),
            verdicts=Verdict.objects.filter(is_current=True).count(),
        )


def _open(plan: Plan) -> None:
    """Reports are opened at the beginning of each month, as the installation would."""
    for day in OPENINGS:
        with moment(at(day, 6)):
            open_reports(plan=plan, until=day)


def _live(plan: Plan) -> None:
    """Month by month: filled in, sent, reviewed; then the stories."""
    world = World(plan)
    sheets = sheets_of(plan)
    chronicle = Chronicle(world)
    for number in range(1, MONTHS_DONE + 1):
        sent = list(_filled(world, of_month(sheets, number), chronicle))
        store(sheet for sheet, _ in sent)
        chronicle.send([(sheet, way) for sheet, way in sent if way is not None])
        chronicle.write_moves()
        month_of_readings(world, number)
        gather_statistics()
    waiting_readings(world)
    chronicle.write_story()
    tell(world, {sheet.key: sheet for sheet in sheets if sheet.report.part == ReportPart.REGULAR})


def _filled(world: World, sheets: list[Sheet], chronicle: Chronicle) -> Iterator[tuple[Sheet, Course | None]]:
    """The sheets in which anything was written, with their courses (None: a draft, or a story told later)."""
    for sheet in sheets:
        way = _course(world, sheet)
        half = False
        if way is None or not way.reached():
            way = None
            written = _draft(sheet)
            if not written:
                continue
            half = written == "half"
        by = world.reporter(sheet.unit)
        when = written_at(sheet.about, way.submitted if way else None, _first_day(sheet))
        saved = fill(world, sheet, by, when, half=half)
        if saved is not None:
            chronicle.audit.append(saved)
            add_paper(sheet, by, when, always=sheet.key == UNLOCKED)
            yield sheet, way


def _course(world: World, sheet: Sheet) -> Course | None:
    """How the report goes; None for one that stays a draft whatever the day, and for the stories."""
    report, number = sheet.report, sheet.report.indicator.number
    if sheet.key in STORIES or sheet.key in (LATE, LOCKED_OUT):
        return None
    if report.part == ReportPart.REGULAR and report.period_kind == Kind.YEAR:
        if number != ESTABLISHED:
            return None
        return course(sheet.about, date(2017, 4, 5), date(2017, 4, 28), world.days)
    due_on = report.obligation.due_on if report.obligation else None
    if due_on is None or _was_forgotten(world, sheet):
        return None
    return course(sheet.about, _first_day(sheet), due_on, world.days)


def _was_forgotten(world: World, sheet: Sheet) -> bool:
    """Some units never sent a month in which they owed only words."""
    if (
        sheet.cells
        or sheet.answers
        or sheet.report.period_end >= date(2017, 5, 1)
        or world.role(sheet) == "lead"
    ):
        return False
    return not pick(NEVER_SENT, "sent", *sheet.about)


def _draft(sheet: Sheet) -> str:
    """How much of an unsent report is written: "", "half" or "full"."""
    report, luck = sheet.report, pick(10, "draft", *sheet.about)
    due_on = report.obligation.due_on if report.obligation else None
    if sheet.key in STORIES:
        return "full"
    if sheet.key in (LATE, LOCKED_OUT) or due_on is None or report.period_end < date(2017, 5, 1):
        return ""
    if report.period_kind == Kind.YEAR or due_on > date(2017, 6, 12):
        return "half" if luck < 3 else ""
    return "half" if luck < 4 else "full" if luck < 6 else ""


def _first_day(sheet: Sheet) -> date:
    """The first day on which the report could be written."""
    report = sheet.report
    if report.part == ReportPart.TARGET:
        return date(2017, 3, 6)
    if report.period_kind == Kind.YEAR:
        return date(2017, 5, 31)
    return report.period_end + timedelta(days=1)
