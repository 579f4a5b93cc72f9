"""The projects of the demonstration (settings.DEMONSTRATION_PARTS): schedules, three months' progress, money, pictures.

Schedules go through the services. Months that were accepted are written as the review would write them, in bulk, since a
service call for each move would take longer than everything else. All invented, and the same on every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from chuangmo.access.models import User
from chuangmo.access.queries import who_may
from chuangmo.deadlines.models import Obligation
from chuangmo.review.models import Case, ReviewEvent, Revision, State
from chuangmo.review.rules import ACCEPT, SIGN_OFF, SUBMIT, VERIFY, digest
from indicators.demonstration.rules.chance import one_of, pick
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Plan
from projects.works.models import (
    MoneyEntry,
    Progress,
    Project,
    Schedule,
    ScheduleState,
    StageEntry,
)
from projects.works.services.acceptance import freeze_progress, write_figures
from projects.works.services.funds import FUNDED, save_county_fund, save_fund_plan
from projects.works.services.opening import open_progress
from projects.works.services.pictures import add_picture
from projects.works.services.schedules import (
    approve_schedule,
    begin_schedule,
    inputs_of,
    propose_schedule,
    save_schedule,
)

__all__ = ["tell"]

UNSCHEDULED = ("laoyingshan-incineration",)  # nobody has begun with it
WAITING = ("panxian-medical-waste",)  # proposed, not approved
CHANGED = "city-sewage-plant"  # got a later finish in May
SLOW = {"dewu-sewage-plant": 20, "industrial-waste-sites": 24, "kadakaisi-lake": 14, "faer-solid-waste": 21}
DRAFTS = ("chahe-leachate", "yueqian-power")  # May is not handed in
IN_REVIEW = ("shuicheng-river", "zhongshan-incineration", "liuzhi-medical-waste")  # May waits for its bureau
PICTURED = ("yushe-relocation", "shuicheng-river", "yiduo-sewage-plant", "catering-fumes")
MONTHS = (date(2017, 3, 31), date(2017, 4, 30), date(2017, 5, 31))
PERSONS = ("李副区长", "王副县长", "陈副主任", "周副县长", "吴副区长")
SHARES = (("province", Decimal("0.3")), ("city", Decimal("0.4")), ("county", Decimal("0.3")))


@dataclass(frozen=True)
class _Hands:
    """Who acts for a project."""

    reporter: User
    reviewer: User
    bureau: User
    office: User


def tell(plan: Plan) -> None:
    """Everything, up to the morning of 6 June 2017."""
    projects = list(
        Project.objects.filter(plan=plan, owner__isnull=False)
        .exclude(code__in=UNSCHEDULED)
        .select_related("owner", "bureau", "plan")
    )
    hands = _hands(projects)
    for project in projects:
        _schedule(project, hands[project.pk])
    changed = next(one for one in projects if one.code == CHANGED)
    with moment(at(date(2017, 5, 8), 10)):
        _decided(changed, hands[changed.pk], date(2017, 9, 15), "管网征地延误，雨季不能开挖")
    with moment(at(date(2017, 6, 1), 6)):
        open_progress(plan=plan, until=date(2017, 6, 1))
    for month_end in MONTHS:
        _month(plan, month_end, hands)
    _county_funds(plan)


def _hands(projects: list[Project]) -> dict[int, _Hands]:
    units = {one.owner_id for one in projects if one.owner_id} | {one.bureau_id for one in projects}
    users = User.objects.in_bulk()

    def first(permission: str) -> dict[int, User]:
        return {unit: users[people[0]] for unit, people in who_may(permission, units).items() if people}

    reporters, reviewers, offices = first("report"), first("sign_off"), first("accept")
    return {
        one.pk: _Hands(
            reporters[one.owner_id], reviewers[one.owner_id], reviewers[one.bureau_id], offices[one.owner_id]
        )
        for one in projects
        if one.owner_id is not None
    }


def _schedule(project: Project, hands: _Hands) -> None:
    total = Decimal(200 + 50 * pick(60, "money", project.code))
    with moment(at(date(2017, 2, 20), 9, pick(50, "schedule", project.code))):
        save_fund_plan(
            by=hands.reporter,
            project_id=project.pk,
            amounts={(source, 2017): total * share for source, share in SHARES},
        )
        if project.code in WAITING:
            _proposed(project, hands, project.finish_by, "")
        else:
            _decided(project, hands, project.finish_by, "")


def _proposed(project: Project, hands: _Hands, finish_on: date, reason: str) -> Schedule:
    draft = begin_schedule(by=hands.reporter, project_id=project.pk)
    saved = save_schedule(
        by=hands.reporter,
        schedule_id=draft.pk,
        version=draft.version,
        stages=inputs_of(draft),
        finish_on=finish_on,
        person=one_of(PERSONS, project.code),
        phone="0858-8XXXXXX",
        reason=reason,
    )
    return propose_schedule(by=hands.reporter, schedule_id=saved.pk, version=saved.version)


def _decided(project: Project, hands: _Hands, finish_on: date, reason: str) -> None:
    proposed = _proposed(project, hands, finish_on, reason)
    approve_schedule(
        by=hands.bureau, schedule_id=proposed.pk, version=proposed.version, decision="同意，按此执行"
    )


# Months -----------------------------------------------------------------------------------------------


def _month(plan: Plan, month_end: date, hands: dict[int, _Hands]) -> None:
    last = month_end == MONTHS[-1]
    rows = Progress.objects.filter(project__plan=plan, period_end=month_end).select_related(
        "project", "project__owner", "project__bureau", "project__plan", "case", "obligation", "coordinator"
    )
    for row in rows.order_by("project__order", "pk"):
        code = row.project.code
        written = at(month_end + timedelta(days=2), 9, pick(50, "written", code, month_end))
        with moment(written):
            _fill(row, hands[row.project_id], month_end)
            if last and code in PICTURED:
                _picture(row, hands[row.project_id], month_end)
        if last and code in DRAFTS:
            continue
        _review(
            row,
            hands[row.project_id],
            written,
            state=State.SIGNED_OFF if last and code in IN_REVIEW else State.ACCEPTED,
        )


def _fill(row: Progress, hands: _Hands, month_end: date) -> None:
    """Every stage as it was planned, later by the project's delay; money behind it."""
    stages = _first_stages(row.project)
    delay = timedelta(days=SLOW.get(row.project.code, 0))
    entries = list(StageEntry.objects.filter(progress=row))
    done = total = 0
    for entry in entries:
        start, finish, days = stages[entry.code]
        start, finish = start + delay, finish + delay
        length = (finish - start).days + 1
        entry.percent = min(max((month_end - start).days + 1, 0) * 100 // length, 100)
        entry.started_on = start if entry.percent else None
        entry.finished_on = finish if entry.percent == 100 else None
        done, total = done + days * entry.percent, total + days
    StageEntry.objects.bulk_update(entries, ["percent", "started_on", "finished_on"])
    share = Decimal(done) / total / 100
    planned = {one.source: one.amount for one in row.project.fund_plans.all()}
    money = [one for one in MoneyEntry.objects.filter(progress=row) if one.source in planned]
    for line in money:
        line.arrived = (planned[line.source] * min(share + Decimal("0.15"), Decimal(1))).quantize(
            Decimal("0.01")
        )
        line.paid = (planned[line.source] * share * Decimal("0.9")).quantize(Decimal("0.01"))
    MoneyEntry.objects.bulk_update(money, ["arrived", "paid"])
    going = next((one.name for one in entries if one.percent != 100), "验收")
    row.work = f"正在进行“{going}”，按周调度，人员和设备到位。"
    row.problems = "进度落后，正在增加班组。" if delay else ""
    row.next_plan = f"继续推进“{going}”，按工期安排完成本月工作量。"
    row.version, row.updated_by = 1, hands.reporter
    row.save(update_fields=["work", "problems", "next_plan", "version", "updated_by"])


def _first_stages(project: Project) -> dict[str, tuple[date, date, int]]:
    """The days of the first approved schedule: what was built to, before anything was changed."""
    first = (
        Schedule.objects.filter(project=project, state__in=[ScheduleState.APPROVED, ScheduleState.REPLACED])
        .order_by("number")
        .prefetch_related("stages")
        .first()
    )
    assert first is not None
    return {one.code: (one.start_on, one.finish_on, one.days) for one in first.stages.all()}


def _review(row: Progress, hands: _Hands, sent: datetime, *, state: State) -> None:
    """The rows that the review writes: revision, events, the case where it got to, and the figures."""
    content = freeze_progress(row)
    now = [sent + timedelta(hours=hours) for hours in (1, 3, 26, 50)]
    with moment(now[0]):
        revision = Revision.objects.create(
            case=row.case, number=1, content=content, digest=digest(content), created_by=hands.reporter
        )
    moves = [
        (SUBMIT, State.DRAFT, State.SUBMITTED, hands.reporter, row.project.owner),
        (SIGN_OFF, State.SUBMITTED, State.SIGNED_OFF, hands.reviewer, row.project.owner),
        (VERIFY, State.SIGNED_OFF, State.VERIFIED, hands.bureau, row.project.bureau),
        (ACCEPT, State.VERIFIED, State.ACCEPTED, hands.office, None),
    ]
    moves = moves[:2] if state == State.SIGNED_OFF else moves
    ReviewEvent.objects.bulk_create(
        ReviewEvent(
            case=row.case,
            revision_no=1,
            action=action,
            from_state=before,
            to_state=after,
            by=by,
            by_name=by.get_full_name(),
            acting_unit=unit,
            at=when,
        )
        for (action, before, after, by, unit), when in zip(moves, now, strict=False)
    )
    accepted = state == State.ACCEPTED
    Case.objects.filter(pk=row.case_id).update(
        state=state,
        revision_no=1,
        submitted_by=hands.reporter,
        step_entered_at=now[len(moves) - 1],
        accepted_revision_no=1 if accepted else None,
        step_due_on=None if accepted else date(2017, 6, 7),
    )
    assert row.obligation_id is not None
    Obligation.objects.filter(pk=row.obligation_id).update(
        done_at=now[0], done_on=timezone.localdate(now[0]), done_by=hands.reporter
    )
    if accepted:
        with moment(now[3]):
            write_figures(row, revision.content)


def _picture(row: Progress, hands: _Hands, month_end: date) -> None:
    """A drawn site, with the camera's word on the day."""
    image = Image.new("RGB", (640, 420), (188, 210, 224))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 280, 640, 420), fill=(156, 132, 98))
    for place in range(5):
        left, height = 40 + place * 118, 60 + 18 * pick(8, row.project.code, place)
        draw.rectangle(
            (left, 280 - height, left + 84, 280), fill=(120, 126, 130), outline=(70, 74, 78), width=3
        )
    taken = month_end - timedelta(days=3 + pick(9, "picture", row.project.code))
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = f"{taken:%Y:%m:%d} 10:20:00"
    out = BytesIO()
    image.save(out, "JPEG", quality=70, exif=exif)
    upload = SimpleUploadedFile(f"现场 {taken:%m-%d}（演示）.jpg", out.getvalue(), "image/jpeg")
    add_picture(by=hands.reporter, progress_id=row.pk, upload=upload, caption="施工现场（演示图）")


def _county_funds(plan: Plan) -> None:
    """Each county's own campaign fund; one has not told yet."""
    units = {
        one.owner_id: one.owner
        for one in Project.objects.filter(plan=plan).select_related("owner")
        if one.owner
    }
    people = who_may("report", [unit.pk for unit in units.values()])
    users = User.objects.in_bulk()
    for unit in sorted(units.values(), key=lambda one: one.order):
        if unit.kind not in FUNDED or not people[unit.pk] or "六枝" in unit.name:
            continue
        budget = Decimal(80 + 10 * pick(12, "fund", unit.name))
        with moment(at(date(2017, 5, 22), 15)):
            save_county_fund(
                by=users[people[unit.pk][0]],
                plan=plan,
                unit_id=unit.pk,
                version=0,
                budget=budget,
                arrived=budget * Decimal("0.6"),
                paid=budget * Decimal("0.4"),
                note="宣传、监测、资料整理",
            )
