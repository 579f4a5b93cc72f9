"""The one door through which a piece is changed before it is handed in."""

from __future__ import annotations

from archives.holdings.models import Piece
from archives.holdings.rights import may_offer
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.errors import Refused

__all__ = ["lock_for_offer"]


def lock_for_offer(*, by: User, piece_id: int) -> Piece:
    """The piece, locked; Refused for whoever may not change it, while it is under review, and once it is accepted."""
    piece = (
        Piece.objects.select_for_update(of=("self",))
        .select_related("unit", "plan", "indicator", "case")
        .filter(pk=piece_id, discarded_at__isnull=True)
        .first()
    )
    if piece is None:
        raise Refused("没有这份材料")
    if not may_offer(rights_of(by), piece.unit_id):
        raise Refused("只有提供单位的填报员可以修改这份材料")
    if piece.case.state == "accepted":
        raise Refused("这份材料已归档；要更换文件或改正内容，请创模办先解锁")
    if not piece.case.is_editable:
        raise Refused(f"这份材料{piece.case.get_state_display()}，不能再改")
    return piece
