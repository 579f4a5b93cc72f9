"""What the archive itself knows of gaps. Functions of settings.GAP_SOURCES; each takes a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from archives.checks.models import GapKind
from archives.checks.rules.gaps import (
    MET_WITHOUT_PROOF,
    OLDER_THAN_WINDOW,
    PROOF_WITHOUT_FILE,
    RETURNED_FORGOTTEN,
    Gap,
)
from archives.holdings.models import Accession, Piece, PieceVersion
from archives.holdings.queries.slots import Slot, slots_of
from archives.holdings.rules.standing import years_wanted
from archives.texts.models import FileText
from archives.texts.rules.problems import PROBLEMS, UNUSABLE
from chuangmo import clock
from chuangmo.review.models import State
from chuangmo.workcalendar.queries import work_calendar
from indicators.assessment.models import Verdict
from indicators.plan.models import Plan

__all__ = ["met_without_proof", "older_than_window", "proof_without_file", "returned_forgotten"]

MET = ("met", "margin")
NAMED = 3  # papers named in a sentence


def met_without_proof(plan: Plan) -> Iterator[Gap]:
    """Indicators that are met by their current verdict, and the papers of them that nobody brought, unit by unit."""
    met = _met(plan)
    owed: dict[tuple[int, int | None], list[Slot]] = defaultdict(list)
    proved = set()
    for slot in slots_of(plan):
        if not slot.is_open:
            proved.add(slot.indicator_number)
        elif slot.indicator_number in met:
            owed[slot.indicator_number, slot.unit_id].append(slot)
    for (number, unit_id), slots in owed.items():
        names = "、".join(dict.fromkeys(f"{slot.name}（{slot.year} 年）" for slot in slots[:NAMED]))
        more = f"等 {len(slots)} 份" if len(slots) > NAMED else ""
        nothing = "" if number in proved else "，整项没有一份材料"
        yield Gap(
            kind=MET_WITHOUT_PROOF,
            indicator_number=number,
            text=f"结论“{met[number]}”{nothing}，缺：{names}{more}",
            url=reverse("assessment:indicator-show", args=[plan.code, number]),
            unit_id=unit_id,
        )


def _met(plan: Plan) -> dict[int, str]:
    """Word of the last current verdict of each indicator that is met."""
    later = Verdict.objects.filter(
        indicator=OuterRef("indicator"),
        is_current=True,
        as_of__gt=OuterRef("as_of"),
        as_of__lte=clock.today(),
    )
    rows = Verdict.objects.filter(
        ~Exists(later), indicator__plan=plan, is_current=True, as_of__lte=clock.today(), status__in=MET
    )
    return {
        row.indicator.number: row.get_status_display()
        for row in rows.select_related("indicator").defer("result")
    }


def proof_without_file(plan: Plan) -> Iterator[Gap]:
    """Accepted pieces whose file can't be opened, and pieces on their way without any file."""
    broken = Accession.objects.counting().filter(plan=plan, version__file__extracted__problem__in=UNUSABLE)
    for row in broken.select_related("indicator", "piece", "version__file__extracted"):
        text: FileText = row.version.file.extracted
        yield Gap(
            kind=PROOF_WITHOUT_FILE,
            indicator_number=row.indicator.number,
            text=f"{row.archive_number} {row.title}：{PROBLEMS[text.problem]}",
            url=row.piece.get_absolute_url(),
            unit_id=row.unit_id,
        )
    versions = PieceVersion.objects.filter(piece=OuterRef("pk"))
    bare = Piece.objects.filter(~Exists(versions), plan=plan, discarded_at__isnull=True)
    for piece in bare.select_related("indicator"):
        yield Gap(
            kind=PROOF_WITHOUT_FILE,
            indicator_number=piece.indicator.number,
            text=f"{piece.title}：还没有上传文件",
            url=piece.get_absolute_url(),
            unit_id=piece.unit_id,
        )


def older_than_window(plan: Plan) -> Iterator[Gap]:
    """Accepted pieces that prove only years before all those that their papers are wanted for."""
    rows = (
        Accession.objects.counting()
        .filter(plan=plan, requirements__isnull=False)
        .select_related("indicator", "piece")
        .prefetch_related("requirements")
        .distinct()
    )
    for row in rows:
        wanted = [years_wanted(one.years, plan.year) for one in row.requirements.all()]
        first = min(years[0] for years in wanted)
        if row.year < first:
            last = max(years[-1] for years in wanted)
            window = f"{first} 年" if first == last else f"{first}—{last} 年"
            yield Gap(
                kind=OLDER_THAN_WINDOW,
                indicator_number=row.indicator.number,
                text=f"{row.archive_number} {row.title}：证明 {row.years_label}，所需的是 {window}",
                url=row.piece.get_absolute_url(),
                unit_id=row.unit_id,
            )


def returned_forgotten(plan: Plan) -> Iterator[Gap]:
    """Pieces that were returned and not handed in again within the days of this kind (GapKind.days)."""
    days = GapKind.objects.filter(code=RETURNED_FORGOTTEN).values_list("days", flat=True).first() or 0
    calendar = work_calendar()
    today = clock.today()
    rows = Piece.objects.filter(plan=plan, case__state=State.RETURNED, discarded_at__isnull=True)
    for piece in rows.select_related("indicator", "case"):
        since = timezone.localdate(piece.case.step_entered_at)
        passed = calendar.working_days_between(since, today) if since < today else 0
        if passed > days:
            yield Gap(
                kind=RETURNED_FORGOTTEN,
                indicator_number=piece.indicator.number,
                text=f"{piece.title}：{since:%m-%d} 退回，已过 {passed} 个工作日没有再报",
                url=piece.get_absolute_url(),
                unit_id=piece.unit_id,
            )
