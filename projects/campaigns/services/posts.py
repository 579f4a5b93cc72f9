"""Breaking a unit's share down to posts and persons (分解落实到岗到人)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import F

from chuangmo import clock
from chuangmo.access.models import Membership, User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused
from projects.campaigns.models import Member, MemberState, Post, Task
from projects.campaigns.rights import may_list
from projects.campaigns.services.gate import hold_members, note

__all__ = ["add_post", "assign", "assign_rest"]


@transaction.atomic
def add_post(
    *,
    by: User,
    task_id: int,
    unit_id: int,
    title: str,
    person: str,
    phone: str = "",
    user_id: int | None = None,
) -> Post:
    """A post of a unit with the person who holds it; an account must belong to the unit. Raises Refused, Invalid."""
    task = _task(by, task_id, unit_id)
    faults = {}
    if not title.strip():
        faults["title"] = "请填写岗位"
    if not person.strip():
        faults["person"] = "请填写责任人"
    seats = Membership.objects.valid(clock.today()).filter(unit=unit_id, user=user_id, user__is_active=True)
    if user_id is not None and not seats.exists():
        faults["user"] = "这个账号不属于该单位"
    if faults:
        raise Invalid(faults)
    try:
        with transaction.atomic():
            post = Post.objects.create(
                unit_id=unit_id,
                title=title.strip()[:40],
                person=person.strip()[:30],
                phone=phone.strip()[:30],
                user_id=user_id,
            )
    except IntegrityError as error:
        raise Invalid({"title": "这个单位已有同一岗位和责任人"}) from error
    record(
        by=by,
        action="设岗",
        object_kind="task_post",
        object_id=post.pk,
        label=f"{task}：{post}",
        unit_id=unit_id,
        changes={"岗位": ["", post.title], "责任人": ["", post.person]},
    )
    return post


@transaction.atomic
def assign(*, by: User, task_id: int, member_ids: Collection[int], post_id: int) -> int:
    """Give these members to a post of their unit; returns how many changed hands. Raises Refused, Invalid (`post`)."""
    task, members = hold_members(task_id, member_ids)
    rights = rights_of(by)
    if not all(may_list(rights, task, member.unit_id) for member in members):
        raise Refused("只有责任单位或牵头单位可以分解落实")
    post = Post.objects.filter(pk=post_id).first()
    strangers = [member.name for member in members if post is None or member.unit_id != post.unit_id]
    if post is None or strangers:
        raise Invalid({"post": f"岗位不属于“{'”“'.join(strangers[:3])}”的责任单位"})
    return _give(by, post, [member for member in members if member.post_id != post.pk])


@transaction.atomic
def assign_rest(*, by: User, task_id: int, post_id: int) -> int:
    """Give everything of the post's unit that nobody has yet to the post; returns how many."""
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        raise Refused("没有这个岗位")
    task = _task(by, task_id, post.unit_id)
    members = list(
        Member.objects.select_for_update()
        .filter(task=task, unit=post.unit_id, post=None)
        .exclude(state=MemberState.REMOVED)
    )
    for member in members:
        member.task = task
    return _give(by, post, members)


def _give(by: User, post: Post, members: list[Member]) -> int:
    Member.objects.filter(pk__in=[member.pk for member in members]).update(
        post=post, version=F("version") + 1
    )
    note(
        by=by, members=members, action="落实到岗", changes={"岗位和责任人": ["", str(post)]}, reason=str(post)
    )
    return len(members)


def _task(by: User, task_id: int, unit_id: int) -> Task:
    task = Task.objects.select_related("plan").filter(pk=task_id).first()
    if task is None or not may_list(rights_of(by), task, unit_id):
        raise Refused("只有责任单位或牵头单位可以分解落实")
    return task
