"""Boxes, folders, and where the original of a piece stands: kept by the steering office."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Max

from archives.holdings.models import Box, Folder, Fonds, Piece
from archives.holdings.rights import may_keep
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused, Stale

__all__ = ["place_original", "save_box", "save_folder"]

Row = TypeVar("Row", Box, Folder)


@transaction.atomic
def save_box(*, by: User, title: str, place: str, box_id: int | None = None, edits: int = 0) -> Box:
    """A new box of the current fonds with the next number, or another title and place of one that is there."""
    _require_keeper(by)
    if not title.strip():
        raise Invalid({"title": "请写盒题名"})
    values = {"title": title.strip()[:80], "place": place.strip()[:80]}
    if box_id is None:
        fonds = Fonds.objects.filter(is_current=True).first()
        if fonds is None:
            raise Refused("请管理员先登记现用全宗")
        last = Box.objects.filter(fonds=fonds).aggregate(last=Max("number"))["last"] or 0
        box = _create(lambda: Box.objects.create(fonds=fonds, number=last + 1, **values))
        _note(box, by, "新增档案盒", {"题名": ["", box.title], "位置": ["", box.place]})
        return box
    there = Box.objects.filter(pk=box_id).first()
    if there is None:
        raise Refused("没有这个档案盒")
    if not Box.objects.filter(pk=box_id, edits=edits).update(edits=edits + 1, **values):
        raise Stale("刚才有人改过这个档案盒，请刷新")
    changes = {
        word: [getattr(there, name), values[name]]
        for name, word in (("title", "题名"), ("place", "位置"))
        if getattr(there, name) != values[name]
    }
    there.refresh_from_db()
    _note(there, by, "修改档案盒", changes)
    return there


@transaction.atomic
def save_folder(*, by: User, box_id: int, title: str) -> Folder:
    """A new folder in a box, with the next number."""
    _require_keeper(by)
    box = Box.objects.select_for_update().filter(pk=box_id).first()
    if box is None:
        raise Refused("没有这个档案盒")
    if not title.strip():
        raise Invalid({"title": "请写案卷题名"})
    last = box.folders.aggregate(last=Max("number"))["last"] or 0
    folder = _create(lambda: Folder.objects.create(box=box, number=last + 1, title=title.strip()[:80]))
    _note(box, by, "新增案卷", {"案卷": ["", f"{folder} {folder.title}"]})
    return folder


@transaction.atomic
def place_original(
    *,
    by: User,
    piece_id: int,
    folder_id: int | None,
    page_from: int | None = None,
    page_to: int | None = None,
) -> Piece:
    """Say where the paper of an accepted piece stands; None for nowhere. Pages of two pieces in a folder may not overlap."""
    _require_keeper(by)
    piece = (
        Piece.objects.select_for_update(of=("self",))
        .filter(pk=piece_id)
        .select_related("folder__box")
        .first()
    )
    if piece is None or not piece.archive_number:
        raise Refused("只有已归档的材料可以登记原件位置")
    before = piece.original_label
    if folder_id is None:
        page_from = page_to = None
    elif not Folder.objects.select_for_update().filter(pk=folder_id).exists():
        raise Invalid({"folder": "没有这个案卷"})
    else:
        _check_pages(piece, folder_id, page_from, page_to)
    Piece.objects.filter(pk=piece.pk).update(folder_id=folder_id, page_from=page_from, page_to=page_to)
    piece = Piece.objects.select_related("folder__box", "case").get(pk=piece.pk)
    record(
        by=by,
        action="登记原件位置",
        object_kind="piece",
        object_id=piece.pk,
        label=f"{piece.archive_number} {piece.title}",
        unit_id=piece.unit_id,
        changes={"原件": [before, piece.original_label]},
    )
    return piece


def _check_pages(piece: Piece, folder_id: int, first: int | None, last: int | None) -> None:
    if first is None or first < 1:
        raise Invalid({"page_from": "请填起页，从 1 开始"})
    end = last or first
    if end < first:
        raise Invalid({"page_to": "止页不能小于起页"})
    for other in Piece.objects.filter(folder=folder_id, page_from__isnull=False).exclude(pk=piece.pk):
        assert other.page_from is not None
        if first <= (other.page_to or other.page_from) and other.page_from <= end:
            raise Invalid({"page_from": f"与 {other.archive_number} 的页码重叠（{other.original_label}）"})


def _create(make: Callable[[], Row]) -> Row:
    """The row; whoever made the same number meanwhile was faster."""
    try:
        with transaction.atomic():
            return make()
    except IntegrityError as error:
        raise Stale("刚才有人用了同一个号，请再试一次") from error


def _require_keeper(by: User) -> None:
    if not may_keep(rights_of(by)):
        raise Refused("只有创模办可以登记档案盒和原件位置")


def _note(box: Box, by: User, action: str, changes: dict[str, list[str]]) -> None:
    record(by=by, action=action, object_kind="box", object_id=box.pk, label=str(box), changes=changes)
