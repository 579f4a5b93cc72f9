"""What waits for a person: members to tick off, members to verify."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from chuangmo.access.models import User
from chuangmo.access.prepared import ByRights
from chuangmo.access.queries import Rights
from projects.campaigns.models import Member, MemberState, Post, Task

__all__ = ["Waiting", "posts_in_hand", "to_tick", "to_verify"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task with how many of its members wait, and how many of them were sent back."""

    task: Task
    count: int
    returned: int = 0


def to_tick(rights: Rights) -> list[Waiting]:
    """Tasks of the current plan with members that the person should tick off: of the units for which they report, and of
    posts that they hold. The most urgent first; two queries."""
    return _tasks({pk: (count, returned) for pk, count, returned in _TO_TICK.rows(rights)})


def _to_tick(rights: Rights) -> QuerySet[Member, Any]:
    mine = Q(unit__in=rights.report) | Q(post__user=rights.user.pk, unit__in=rights.view)
    rows = Member.objects.filter(mine, state__in=[MemberState.OPEN, MemberState.RETURNED])
    return (
        rows.filter(task__plan__is_current=True)
        .order_by()
        .values_list("task_id")
        .annotate(count=Count("pk"), returned=Count("pk", filter=Q(state=MemberState.RETURNED)))
    )


def to_verify(rights: Rights) -> list[Waiting]:
    """Tasks with members that the person should verify: the lead's reviewers, and the office for the tasks which an office
    leads. What somebody ticked off themselves is not counted. Two queries."""
    return _tasks({pk: (count, 0) for pk, count in _TO_VERIFY.rows(rights)})


def _to_verify(rights: Rights) -> QuerySet[Member, Any]:
    lead = rights.sign_off | (rights.member_of & rights.accept)
    rows = Member.objects.filter(task__lead__in=lead, task__plan__is_current=True, state=MemberState.TICKED)
    counted = rows.exclude(ticked_by=rights.user.pk).order_by().values_list("task_id")
    return counted.annotate(count=Count("pk"))


_TO_TICK, _TO_VERIFY = ByRights(_to_tick), ByRights(_to_verify)


def posts_in_hand(user: User) -> list[str]:
    """Labels of the posts that a person who leaves holds, with what is still to tick off there: the unit names somebody
    else for them. One query."""
    waits = Q(members__state__in=[MemberState.OPEN, MemberState.RETURNED])
    posts = (
        Post.objects.filter(user=user)
        .select_related("unit")
        .annotate(waiting=Count("members", filter=waits))
        .order_by("unit__order", "title", "pk")
    )
    return [f"{post.unit.short_name} 任务岗位“{post.title}”（待销号 {post.waiting} 个）" for post in posts]


def _tasks(counts: dict[int, tuple[int, int]]) -> list[Waiting]:
    if not counts:
        return []
    tasks = Task.objects.filter(pk__in=counts).select_related("plan").order_by("due_on", "order", "pk")
    return [Waiting(task, *counts[task.pk]) for task in tasks]
