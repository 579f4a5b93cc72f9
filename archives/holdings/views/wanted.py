"""One required material: who owes it, and bringing it — by upload or by taking over what hangs on something accepted."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from archives.holdings.forms import UploadForm
from archives.holdings.models import Accession
from archives.holdings.queries.catalogue import archive_day, catalogue, due_days
from archives.holdings.queries.mine import owed_of
from archives.holdings.queries.pieces import same_content
from archives.holdings.queries.slots import Slot, slots_of
from archives.holdings.queries.suggestions import suggestions_for
from archives.holdings.rights import visible_to
from archives.holdings.services import begin_piece
from archives.holdings.views._asked import number_in, person, reader, rooms
from chuangmo import clock
from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit
from indicators.plan.models import MaterialRequirement, Plan

__all__ = ["mine", "requirement_offer", "requirement_show"]


@require_safe
def requirement_show(request: HttpRequest, requirement_id: int) -> HttpResponse:
    """Who has brought the material and who owes it; for those who owe it, the ways to bring it."""
    reader(request)
    return _page(request, _requirement(requirement_id))


@require_POST
def requirement_offer(request: HttpRequest, requirement_id: int) -> HttpResponse:
    """A draft with the chosen file; what is wrong stands at the field."""
    rights = rights_for(request)
    requirement = _requirement(requirement_id)
    unit_id, year = number_in(request.POST.get("unit", "")), number_in(request.POST.get("year", ""))
    if unit_id is None or year is None or not rights.may("report", unit_id):
        raise Refused("只有提供单位的填报员可以报送材料。")
    form = UploadForm(request.POST, request.FILES)
    form.is_valid()
    try:
        piece = begin_piece(
            by=person(request),
            unit_id=unit_id,
            requirement_id=requirement.pk,
            year=year,
            upload=form.cleaned_data.get("file"),
            suggestion=request.POST.get("suggestion", "")[:60],
        )
    except Invalid as error:
        return _page(request, requirement, (unit_id, year), error.faults.get("file", str(error)), 422)
    except Stale as error:
        return _page(request, requirement, (unit_id, year), str(error), 409)
    _warn_of_doubles(request, rights, piece.pk)
    messages.success(request, "文件已存好。请核对下面各项，补齐后提交。")
    return redirect(piece.get_absolute_url())


def _warn_of_doubles(request: HttpRequest, rights: Rights, piece_id: int) -> None:
    """Exactly the same file elsewhere in the archive, as far as the person may see it."""
    files = list(visible_to(rights).filter(pk=piece_id).values_list("versions__file", flat=True))
    for version in same_content(rights, files, but=piece_id)[:3]:
        place = version.piece.archive_number or version.piece.title
        messages.warning(
            request, f"同一个文件已经用在“{place}”。如果一份材料对应几项要求，在那一份上选上即可。"
        )


def _requirement(requirement_id: int) -> MaterialRequirement:
    found = MaterialRequirement.objects.select_related("indicator", "indicator__plan")
    return get_object_or_404(found, pk=requirement_id)


def _page(
    request: HttpRequest,
    requirement: MaterialRequirement,
    chosen: tuple[int, int] | None = None,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    rights, plan = rights_for(request), requirement.indicator.plan
    slots = slots_of(plan, requirement_id=requirement.pk)
    chosen = chosen or (
        number_in(request.GET.get("unit", "")) or 0,
        number_in(request.GET.get("year", "")) or 0,
    )
    mine = [slot for slot in slots if slot.unit_id is not None and rights.may("report", slot.unit_id)]
    wanted = [slot for slot in mine if slot.is_open]
    current = next((slot for slot in mine if (slot.unit_id, slot.year) == chosen), None) or next(
        iter(wanted), None
    )
    context: dict[str, Any] = {
        "page_title": requirement.name,
        "requirement": requirement,
        "plan": plan,
        "rows": catalogue(slots, rights),
        "due": _due(plan, slots, rights),
        "current": current,
        "current_piece": visible_to(rights).filter(pk=current.piece_id or 0).first() if current else None,
        "others": [slot for slot in wanted if slot is not current],
        "names": _names(mine),
        "fault": fault,
        "suggestions": next(iter(suggestions_for(plan, [current]).values()), []) if current else [],
        "reusable": _reusable(plan, rights, current) if current else [],
        "today": clock.today(),
    }
    return render(request, "holdings/requirement_show.html", context, status=status)


def _due(plan: Plan, slots: list[Slot], rights: Rights) -> date | None:
    """Until when the person's own unit has to bring it, else anybody."""
    days = due_days(slots)
    own = next((day for (_, unit), (day, _) in days.items() if rights.may("report", unit)), None)
    return own or next((day for day, _ in days.values() if day), None) or archive_day(plan)


def _names(slots: list[Slot]) -> dict[int, str]:
    units = Unit.objects.filter(pk__in={slot.unit_id for slot in slots})
    return dict(units.values_list("pk", "short_name"))


def _reusable(plan: Plan, rights: Rights, slot: Slot) -> list[Accession]:
    """Pieces of the unit in the archive that cover the year and are of the kind: perhaps the paper is there already."""
    rows = Accession.objects.counting().filter(
        plan=plan,
        unit=slot.unit_id,
        kind=slot.kind,
        year=slot.year,
        piece__in=visible_to(rights).values("pk"),
    )
    return list(rows.exclude(requirements=slot.requirement_id).order_by("archive_number")[:10])


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the person's units owe to the archive, and how far what they brought has got."""
    rights = rights_for(request)
    if not rights.report:
        raise Refused("您没有要报送的归档材料。")
    plan = Plan.objects.current()
    return render(
        request,
        "holdings/mine.html",
        {
            "page_title": "我要报送的归档材料",
            **rooms(rights, plan),
            "owed": owed_of(plan, rights),
            "today": clock.today(),
        },
    )
