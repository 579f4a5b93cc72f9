"""What one task's pages show beside its members: shares by unit and post, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from chuangmo.access.models import Membership
from chuangmo.access.queries import Rights
from projects.campaigns.models import Member, MemberEvent, MemberState, Post, Share, Task
from projects.campaigns.queries.counts import counts_by_unit
from projects.campaigns.rights import may_list, visible_members
from projects.campaigns.rules.standing import Counts

__all__ = ["PostLine", "ShareLine", "accounts_of", "events_of", "newest_events", "share_lines"]


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post with what it holds of the task."""

    post: Post
    total: int
    verified: int


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One unit's share: its counts, whether its list is complete, its posts, and how many nobody has."""

    share: Share
    counts: Counts
    posts: tuple[PostLine, ...]
    unassigned: int
    may_change: bool

    @property
    def is_done(self) -> bool:
        return self.share.closed_at is not None and self.counts.verified == self.counts.total


def share_lines(rights: Rights, task: Task) -> list[ShareLine]:
    """The shares of the task in the units' order, posts only where the person may look into the unit. Four queries."""
    counts = counts_by_unit([task.pk]).get(task.pk, {})
    shares = list(
        Share.objects.filter(task=task, passed_to=None)
        .select_related("unit", "closed_by")
        .order_by("unit__order", "unit__name")
    )
    standing = Q(members__task=task) & ~Q(members__state=MemberState.REMOVED)
    posts: dict[int, list[PostLine]] = {}
    rows = Post.objects.filter(unit__in=[one.unit_id for one in shares]).select_related("user")
    for post in rows.annotate(
        total=Count("members", filter=standing),
        verified=Count("members", filter=Q(members__task=task, members__state=MemberState.VERIFIED)),
    ).order_by("title", "person"):
        posts.setdefault(post.unit_id, []).append(PostLine(post, post.total, post.verified))
    free = dict(
        Member.objects.filter(task=task, post=None)
        .exclude(state=MemberState.REMOVED)
        .order_by()
        .values_list("unit_id")
        .annotate(count=Count("pk"))
    )
    lines = []
    for share in shares:
        may_change = may_list(rights, task, share.unit_id)
        shown = may_change or share.unit_id in rights.view
        lines.append(
            ShareLine(
                share,
                counts.get(share.unit_id, Counts()),
                tuple(posts.get(share.unit_id, ())) if shown else (),
                free.get(share.unit_id, 0),
                may_change,
            )
        )
    return lines


def accounts_of(unit_ids: Sequence[int], at: Any) -> dict[int, list[tuple[int, str]]]:
    """People with an account in each of these units: (id, name). One query."""
    found: dict[int, dict[int, str]] = {}
    rows = Membership.objects.valid(at).filter(unit__in=unit_ids, user__is_active=True)
    for row in rows.select_related("user").order_by("user__username"):
        found.setdefault(row.unit_id, {})[row.user_id] = row.user.get_full_name()
    return {unit_id: list(people.items()) for unit_id, people in found.items()}


def events_of(member: Member) -> list[dict[str, Any]]:
    """What happened to a member, newest first, in the shape of `components/timeline.html`. One query."""
    rows = MemberEvent.objects.filter(member=member).order_by("-at", "-pk")
    return [_event(row, row.by_name) for row in rows]


def newest_events(rights: Rights, task: Task, count: int = 10) -> list[dict[str, Any]]:
    """The last moves on the task's register that the person may see. One query."""
    members: QuerySet[Member] = visible_members(rights, task)
    rows = MemberEvent.objects.filter(member__in=members.order_by()).exclude(action__in=["导入", "附依据"])
    return [
        _event(row, f"{row.by_name} · {row.member.name}")
        for row in rows.select_related("member").order_by("-at", "-pk")[:count]
    ]


def _event(row: MemberEvent, who: str) -> dict[str, Any]:
    kind = {"核销": "accepted", "退回": "returned", "移出名单": "returned"}.get(row.action, "")
    return {"at": row.at, "word": row.action, "who": who, "text": row.reason, "kind": kind}
