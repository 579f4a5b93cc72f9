"""Who may see and do what with a circular."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from chuangmo import clock
from chuangmo.access.models import Membership, Role, User
from chuangmo.access.queries import Rights
from supervision.bulletins.models import Bulletin, BulletinState

__all__ = ["approvers", "may_issue", "visible_bulletins"]

PUBLIC = (BulletinState.ISSUED, BulletinState.CANCELLED)


def visible_bulletins(rights: Rights) -> QuerySet[Bulletin]:
    """The office every one; everybody who reads the campaign what was issued; a named approver what waits for them."""
    if not rights.sees_campaign:
        return Bulletin.objects.none()
    if rights.is_office:
        return Bulletin.objects.all()
    mine = Q(approver=rights.user.pk, state=BulletinState.PROPOSED)
    return Bulletin.objects.filter(Q(state__in=PUBLIC) | mine)


def approvers(office_id: int, but: User) -> list[User]:
    """Who may be named to issue: people of the office and its leaders, other than the one who proposes. One query."""
    seats = Membership.objects.valid(clock.today()).filter(
        Q(role=Role.OFFICE) | Q(is_leader=True), unit=office_id, user__is_active=True
    )
    people = seats.exclude(user=but.pk).select_related("user").order_by("-is_leader", "user__username")
    return list({row.user_id: row.user for row in people}.values())


def may_issue(user: User, one: Bulletin) -> bool:
    """The named approver, never the one who proposed it."""
    return (
        one.state == BulletinState.PROPOSED and one.approver_id == user.pk and one.proposed_by_id != user.pk
    )
