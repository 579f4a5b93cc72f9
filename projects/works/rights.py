"""Who may see and do what with a project. Pages, services and exports ask these predicates and no others."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from chuangmo.access.queries import Rights
from projects.works.models import Project


def visible_projects(rights: Rights) -> QuerySet[Project]:
    """Projects whose owner, a partner or line bureau the person may view; a parent where one of its parts is seen."""
    if not rights.view or not rights.sees_campaign:
        return Project.objects.none()
    partner = Project.partners.through.objects.filter(project=OuterRef("pk"), unit__in=rights.view)
    mine = Q(owner__in=rights.view) | Q(bureau__in=rights.view)
    part = Project.objects.filter(mine, parent=OuterRef("pk")).order_by()
    return Project.objects.filter(mine | Exists(partner) | Exists(part))


def may_schedule(rights: Rights, project: Project) -> bool:
    """Write the schedule and send it for approval: the owner's reporters and reviewers."""
    return project.owner_id is not None and (
        rights.may("report", project.owner_id) or rights.may("sign_off", project.owner_id)
    )


def may_decide(rights: Rights, project: Project) -> bool:
    """Approve or return a schedule: the line bureau's reviewers, and the steering office."""
    return rights.may("sign_off", project.bureau_id) or (
        project.owner_id is not None and rights.may("accept", project.owner_id)
    )


def may_report(rights: Rights, project: Project) -> bool:
    """Fill in and hand in a month's progress: the owner's reporters."""
    return project.owner_id is not None and rights.may("report", project.owner_id)


def may_sign_off(rights: Rights, project: Project) -> bool:
    """Sign off a month's progress for the owner."""
    return project.owner_id is not None and rights.may("sign_off", project.owner_id)


def may_verify(rights: Rights, project: Project) -> bool:
    """Verify a month's progress: the line bureau's reviewers."""
    return rights.may("sign_off", project.bureau_id)


def may_accept(rights: Rights, project: Project) -> bool:
    """Accept, return or unlock a month's progress for the steering office."""
    return project.owner_id is not None and rights.may("accept", project.owner_id)
