"""Inspections and orders of the demonstration (settings.DEMONSTRATION_PARTS): tours with drawn pictures, orders in every state,
one that came back. All through the services, all invented, the same on every run, up to the morning of 6 June 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from chuangmo.access.models import Membership, Role, User
from chuangmo.access.queries import who_may
from chuangmo.access.rules import REPORT
from chuangmo.org.models import Unit
from indicators.demonstration.rules.chance import pick
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Indicator, Plan
from projects.works.models import Project
from supervision.inspections.models import Finding, Inspection, InspectionKind, ProblemKind
from supervision.inspections.services import (
    FindingInput,
    TourInput,
    answer_comment,
    move_inspection,
    plan_inspection,
    raise_finding,
    write_comment,
)
from supervision.orders import services
from supervision.orders.models import Order

__all__ = ["tell"]

OFFICE, DISTRICT, SHUICHENG, PANXIAN = "市创模办", "钟山区", "水城县", "盘县"


@dataclass(frozen=True)
class _Problem:
    """A finding: unit, kind, place (longitude, latitude), words, indicator, severity."""

    unit: str
    kind: str
    place: str
    where: tuple[str, str]
    text: str
    indicator: int | None = None
    severity: str = "minor"


@dataclass(frozen=True)
class _Tour:
    """A tour on a day, as far as it got (moves), with what it found."""

    kind: str
    title: str
    on: date
    units: tuple[str, ...]
    route: str
    moves: tuple[str, ...] = ("begin", "finish", "release")
    found: tuple[_Problem, ...] = ()
    indicators: tuple[int, ...] = ()
    by: str = OFFICE
    companions: str = ""
    summary: str = ""


OUTLET = _Problem(
    DISTRICT,
    "sewage",
    "德坞河二号排口",
    ("104.8301", "26.5902"),
    "排口有生活污水直排，河面有油花。",
    10,
    "major",
)
TOURS = (
    _Tour(
        InspectionKind.COVERT,
        "水城河、德坞河沿线暗访",
        date(2017, 4, 11),
        (DISTRICT, SHUICHENG),
        "德坞河一号至五号排口 → 水城河明湖段 → 双水卡达凯斯人工湖",
        found=(
            OUTLET,
            _Problem(
                SHUICHENG,
                "garbage",
                "水城河以朵段东岸",
                ("104.9512", "26.5433"),
                "岸边堆有建筑垃圾约 20 方，未覆盖。",
                10,
            ),
        ),
        indicators=(10,),
        summary="沿线排口 12 个，发现问题 2 处。",
    ),
    _Tour(
        InspectionKind.ADMINISTRATIVE,
        "重点工程进度行政督查",
        date(2017, 5, 9),
        (SHUICHENG, PANXIAN),
        "以朵污水处理厂 → 盘县医疗废物集中处置中心",
        found=(
            _Problem(
                PANXIAN,
                "progress",
                "盘县医疗废物集中处置中心",
                ("104.4716", "25.7099"),
                "工期没有批准，现场没有开工。",
                20,
                "severe",
            ),
        ),
        by="市监察局",
    ),
    _Tour(
        InspectionKind.CONGRESS,
        "市人大代表视察创模工作",
        date(2017, 5, 16),
        (DISTRICT,),
        "红山西路垃圾转运站 → 凤池园",
        found=(
            _Problem(
                DISTRICT,
                "garbage",
                "红山西路垃圾转运站",
                ("104.8432", "26.5951"),
                "转运站渗滤液收集沟破损，地面有积液。",
                18,
                "major",
            ),
        ),
        companions="市人大城环委及代表 6 人",
    ),
    _Tour(
        InspectionKind.PATROL,
        "建成区扬尘和餐饮油烟巡查",
        date(2017, 5, 25),
        (DISTRICT, "市城管局"),
        "人民广场 → 荷城路餐饮街 → 凉都大道在建工地",
        found=(
            _Problem(
                "市城管局",
                "smoke",
                "荷城路餐饮街",
                ("104.8467", "26.5918"),
                "抽查 9 家餐饮店，3 家油烟净化器没有开启。",
                8,
            ),
            _Problem(
                DISTRICT,
                "dust",
                "凉都大道在建工地",
                ("104.8655", "26.5847"),
                "土方没有覆盖，出入口没有冲洗。",
                8,
                "major",
            ),
        ),
        indicators=(8,),
    ),
    _Tour(
        InspectionKind.COVERT,
        "水城河、德坞河回访暗访",
        date(2017, 6, 2),
        (DISTRICT,),
        "德坞河一号至三号排口",
        found=(
            _Problem(
                DISTRICT,
                "sewage",
                "德坞河二号排口",
                ("104.8303", "26.5903"),
                "四月整改过的排口又有污水直排。",
                10,
                "severe",
            ),
        ),
        indicators=(10,),
    ),
    _Tour(
        InspectionKind.COVERT,
        "餐饮油烟夜间暗访",
        date(2017, 6, 5),
        (DISTRICT,),
        "荷城路、钟山大道",
        moves=("begin",),
        found=(
            _Problem(
                DISTRICT,
                "smoke",
                "钟山大道夜市",
                ("104.8390", "26.5880"),
                "露天烧烤 11 家，无油烟净化设施。",
                8,
                "major",
            ),
        ),
        indicators=(8,),
    ),
    _Tour(
        InspectionKind.SPOT,
        "危险废物管理抽查",
        date(2017, 6, 12),
        (SHUICHENG, PANXIAN),
        "由抽签决定",
        moves=(),
        indicators=(20,),
    ),
)


def tell(plan: Plan) -> None:
    """Nothing without the people: the city's office, the inspecting body, the reporters of the units named above."""
    people = _people()
    if OFFICE not in people:
        return
    found: dict[str, list[Finding]] = {}
    for tour in TOURS:
        if tour.by in people:
            found[tour.title] = _carry_out(tour, people[tour.by], plan)
            _follow(tour, found[tour.title], people)
    _say(people)


def _people() -> dict[str, User]:
    """By the short name of the unit: who supervises for an office, who reports for a unit."""
    units = {unit.pk: unit.short_name for unit in Unit.objects.all()}
    seats = Membership.objects.filter(
        role__in=[Role.OFFICE, Role.INSPECTOR], valid_to__isnull=True, user__is_active=True
    )
    found = {units[one.unit_id]: one.user for one in reversed(seats.order_by("pk").select_related("user"))}
    users = User.objects.in_bulk()
    for unit_id, reporters in who_may(REPORT, units).items():
        if reporters and units[unit_id] not in found:
            found[units[unit_id]] = users[reporters[0]]
    return found


def _carry_out(tour: _Tour, by: User, plan: Plan) -> list[Finding]:
    units = {unit.short_name: unit for unit in Unit.objects.all()}
    kinds = {kind.code: kind for kind in ProblemKind.objects.all()}
    numbers = dict(Indicator.objects.filter(plan=plan).values_list("number", "pk"))
    with moment(at(min(tour.on, date(2017, 6, 5)) - timedelta(days=4), 10)):
        row = plan_inspection(
            by=by,
            office_id=units[tour.by].pk,
            tour=TourInput(
                kind=tour.kind,
                title=tour.title,
                planned_on=tour.on,
                route=tour.route,
                companions=tour.companions,
                team=[by.pk],
                units=[units[name].pk for name in tour.units],
                indicators=[numbers[number] for number in tour.indicators],
                projects=_projects(plan) if tour.kind == InspectionKind.ADMINISTRATIVE else (),
            ),
        )
    findings: list[Finding] = []
    for hour, move in zip((9, 17, 18), tour.moves, strict=False):
        with moment(at(tour.on, hour)):
            row = _move(row, move, by, tour.summary)
        if move == "begin":
            for place, one in enumerate(tour.found):
                with moment(at(tour.on, 10, 20 * place + 5)):
                    findings.append(_find(row, one, by, units, kinds, numbers))
    return list(Finding.objects.filter(pk__in=[one.pk for one in findings]).order_by("pk"))


def _projects(plan: Plan) -> list[int]:
    codes = ("yiduo-sewage-plant", "panxian-medical-waste")
    return list(Project.objects.filter(plan=plan, code__in=codes).values_list("pk", flat=True))


def _move(row: Inspection, move: str, by: User, summary: str) -> Inspection:
    return move_inspection(by=by, inspection_id=row.pk, move=move, version=row.version, summary=summary)


def _find(
    row: Inspection,
    one: _Problem,
    by: User,
    units: dict[str, Unit],
    kinds: dict[str, ProblemKind],
    numbers: dict[int, int],
) -> Finding:
    return raise_finding(
        by=by,
        office_id=row.office_id,
        inspection_id=row.pk,
        found=FindingInput(
            unit_id=units[one.unit].pk,
            kind_id=kinds[one.kind].pk,
            severity=one.severity,
            text=one.text,
            place=one.place,
            longitude=Decimal(one.where[0]),
            latitude=Decimal(one.where[1]),
            indicator_id=numbers.get(one.indicator or 0),
        ),
        photos=[_picture(one.place, row.planned_on)],
    ).finding


def _picture(place: str, on: date) -> SimpleUploadedFile:
    """A drawn river bank, with the camera's word on the day."""
    image = Image.new("RGB", (640, 480), (196, 214, 226))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 200, 640, 300), fill=(126, 142, 108))
    draw.polygon([(0, 300), (640, 270), (640, 480), (0, 480)], fill=(88, 104, 112))
    for step in range(6):
        left, top = 60 + step * 90, 310 + 8 * pick(12, place, step)
        draw.ellipse((left, top, left + 70, top + 16), fill=(58, 60, 54))
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = f"{on:%Y:%m:%d} 10:12:00"
    out = BytesIO()
    image.save(out, "JPEG", quality=70, exif=exif)
    return SimpleUploadedFile(f"{place}（演示）.jpg", out.getvalue(), "image/jpeg")


# Orders ---------------------------------------------------------------------------------------------------

# Tour → for each finding: how far its order went, with the days between the moves.
WAYS: dict[str, Sequence[tuple[str, ...]]] = {
    "水城河、德坞河沿线暗访": (
        ("issue", "sign", "answer", "back", "answer", "review", "close"),
        ("issue", "sign", "answer", "review", "close"),
    ),
    "重点工程进度行政督查": (("issue", "sign"),),
    "市人大代表视察创模工作": (("issue", "sign", "answer"),),
    "建成区扬尘和餐饮油烟巡查": (("issue",), ("issue", "sign", "answer", "review")),
}


def _follow(tour: _Tour, findings: list[Finding], people: dict[str, User]) -> None:
    for finding, way in zip(findings, WAYS.get(tour.title, ()), strict=False):
        _order(finding, way, tour, people)


def _order(finding: Finding, way: Sequence[str], tour: _Tour, people: dict[str, User]) -> None:
    office, unit, day = people[tour.by], people[finding.unit.short_name], tour.on + timedelta(days=1)
    helpers = (
        [] if finding.unit.short_name == "市城管局" else list(Unit.objects.filter(short_name="市城管局"))
    )
    with moment(at(day, 9)):
        order = services.draft_order(
            office=finding.office,
            unit=finding.unit,
            title=f"{finding.place}{finding.kind}问题整改",
            requirements=f"{finding.text}\n请查明原因，按期整改到位，反馈整改情况和照片，防止反弹。",
            due_on=day + timedelta(days=15),
            source_kind="finding",
            source_id=finding.pk,
            source_label=f"检查发现：{finding}",
            source_url=finding.get_absolute_url(),
            co_units=helpers,
            by=office,
            place=finding.place,
            indicator=finding.indicator,
            finding=finding,
        )
    for step, move in enumerate(way):
        hour = 10 + step % 6
        if move not in ("issue", "sign"):
            day += timedelta(days=3)
        with moment(at(min(day, date(2017, 6, 5)), hour)):
            order.refresh_from_db()
            _go(order, move, office, unit)


def _go(order: Order, move: str, office: User, unit: User) -> None:
    if move == "issue":
        services.issue_draft(by=office, order_id=order.pk, version=order.version)
    elif move == "sign":
        services.sign_order(by=unit, order_id=order.pk, version=order.version)
    elif move == "answer":
        services.answer_order(
            by=unit,
            order_id=order.pk,
            version=order.version,
            text="已责成责任人整改，现场清理完毕，落实专人巡查（演示）。",
            uploads=[_picture(f"{order.place}整改后", order.issued_on or date(2017, 6, 5))],
        )
    elif move == "back":
        services.send_order_back(
            by=office,
            order_id=order.pk,
            version=order.version,
            reason="照片看不出排口是否封堵，请补充现场照片。",
        )
    elif move == "review":
        services.review_order(
            by=office, order_id=order.pk, version=order.version, text="现场复核，整改属实（演示）。"
        )
    elif move == "close":
        services.close_order(by=office, order_id=order.pk, version=order.version)


def _say(people: dict[str, User]) -> None:
    """Deputies' comments: one answered, one not."""
    if "市人大" in people:
        with moment(at(date(2017, 5, 17), 11)):
            first = write_comment(
                by=people["市人大"], text="建议公开水城河各断面每月水质，接受群众监督。", place="水城河"
            )
        with moment(at(date(2017, 5, 22), 15)):
            answer_comment(
                by=people[OFFICE], comment_id=first.pk, answer="已商市环境保护局，六月起按月公布（演示）。"
            )
    if "市政协" in people:
        with moment(at(date(2017, 6, 2), 16)):
            write_comment(by=people["市政协"], text="凉都大道工地夜间施工扰民，请关注。", place="凉都大道")
