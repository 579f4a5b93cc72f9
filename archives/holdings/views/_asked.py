"""What an address asks for, and whether this person may read it."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.module_loading import import_string

from archives.holdings.forms import AsOfForm
from archives.holdings.models import Piece
from archives.holdings.rights import may_keep, visible_to
from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Refused
from indicators.plan.models import Plan

__all__ = [
    "as_of_asked",
    "elsewhere",
    "keeper",
    "number_in",
    "person",
    "piece_asked",
    "plan_asked",
    "reader",
    "rooms",
]


def reader(request: HttpRequest) -> Rights:
    """The rights of somebody who may look at the archive; Refused for a mere assessor."""
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看档案；如需查看，请联系管理员。")
    return rights


def plan_asked(request: HttpRequest, code: str) -> tuple[Plan, Rights]:
    """The plan of the address and the reader's rights. 404 for an unknown plan."""
    rights = reader(request)
    return get_object_or_404(Plan, code=code), rights


def piece_asked(request: HttpRequest, piece_id: int) -> Piece:
    """The piece of the address; 404 for everybody who may not see it, as if there were none."""
    found = visible_to(rights_for(request)).select_related(
        "plan", "unit", "case", "case__unit", "indicator", "folder__box", "created_by"
    )
    return get_object_or_404(found, pk=piece_id)


def elsewhere(request: HttpRequest, piece_id: int) -> str:
    """Where somebody reads the piece whose page is closed to him (settings.PIECES_CITED); "" for nowhere."""
    places = (import_string(path)(rights_for(request), piece_id) for path in settings.PIECES_CITED)
    return next((place for place in places if place), "")


def keeper(request: HttpRequest) -> Rights:
    """The rights of somebody who keeps the originals."""
    rights = rights_for(request)
    if not may_keep(rights):
        raise Refused("只有创模办可以查看和登记档案盒。")
    return rights


def as_of_asked(request: HttpRequest) -> tuple[AsOfForm, date | None]:
    """The day that the address asks for; what can't be read is said at the field and asks for now."""
    form = AsOfForm(request.GET if "as_of" in request.GET else None)
    return form, form.cleaned_data["as_of"] if form.is_bound and form.is_valid() else None


def rooms(rights: Rights, plan: Plan) -> dict[str, object]:
    """What the links to the archive's rooms need."""
    return {"plan": plan, "offers": bool(rights.report), "keeps": may_keep(rights)}


def number_in(text: str) -> int | None:
    """A number of the address; None where there is none to be read."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def person(request: HttpRequest) -> User:
    return cast(User, request.user)
