"""Who may see and do what with a task and its register. Pages, services and exports ask these predicates and no others."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from chuangmo.access.queries import Rights
from projects.campaigns.models import Member, MemberImport, Share, Task


def visible_tasks(rights: Rights) -> QuerySet[Task]:
    """Tasks whose lead, a responsible unit or a unit with a share the person may view."""
    if not rights.view or not rights.sees_campaign:
        return Task.objects.none()
    unit = Task.units.through.objects.filter(task=OuterRef("pk"), unit__in=rights.view)
    share = Share.objects.filter(task=OuterRef("pk"), unit__in=rights.view).order_by()
    return Task.objects.filter(Q(lead__in=rights.view) | Exists(unit) | Exists(share))


def leads(rights: Rights, task: Task) -> bool:
    """Whether the person works on the whole register: the lead's people and the steering office."""
    return (
        rights.may("report", task.lead_id)
        or rights.may("sign_off", task.lead_id)
        or rights.may("accept", task.lead_id)
    )


def visible_members(rights: Rights, task: Task) -> QuerySet[Member]:
    """The members that the person may look into: all for the lead and the office, else those of units they may view."""
    found = Member.objects.filter(task=task)
    return found if leads(rights, task) else found.filter(unit__in=rights.view)


def sees_member(rights: Rights, member: Member) -> bool:
    """The same of one member (read with its task)."""
    return rights.sees_campaign and (member.unit_id in rights.view or leads(rights, member.task))


def units_to_list(rights: Rights, task: Task) -> frozenset[int] | None:
    """The units whose members the person may enter: None for every unit of the task."""
    return None if leads(rights, task) else rights.report | rights.sign_off


def may_list(rights: Rights, task: Task, unit_id: int) -> bool:
    """Enter, change and assign members of a unit: its reporters and reviewers, the lead, the office."""
    units = units_to_list(rights, task)
    return units is None or unit_id in units


def may_tick(rights: Rights, member: Member) -> bool:
    """Tick off: the unit's reporters and reviewers, and whoever holds the post (with an account)."""
    return (
        rights.may("report", member.unit_id)
        or rights.may("sign_off", member.unit_id)
        or (
            member.post is not None
            and member.post.user_id == rights.user.pk
            and member.unit_id in rights.view
        )
    )


def may_verify(rights: Rights, task: Task) -> bool:
    """Verify or send back: the lead's reviewers and the steering office; never who ticked off (the service asks)."""
    return rights.may("sign_off", task.lead_id) or rights.may("accept", task.lead_id)


def visible_imports(rights: Rights) -> QuerySet[MemberImport]:
    """Files that the person brought, or that were brought to a task which they lead."""
    lead = rights.report | rights.sign_off | rights.accept
    return MemberImport.objects.filter(Q(created_by=rights.user.pk) | Q(task__lead__in=lead))


def member_attachment_rights(rights: Rights, owner_id: int) -> bool:
    """For settings.ATTACHMENT_OWNERS: a member's proofs are seen by whoever may look into it."""
    member = Member.objects.select_related("task").filter(pk=owner_id).first()
    return member is not None and sees_member(rights, member)
