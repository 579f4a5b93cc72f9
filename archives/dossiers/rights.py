"""Who sees which dossier. Pages and services ask these predicates and no others.

The steering office sees and makes all. Leaders (observers) and administrators see what is done. Anybody else, an assessor above
all, sees the done ones that the office gave them to read: guardian's `read` on that dossier, as long as the account has any role.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from archives.dossiers.models import (
    Dossier,
    DossierGroupObjectPermission,
    DossierState,
    DossierUserObjectPermission,
)
from archives.snapshots.rights import may_write
from chuangmo.access.models import Role
from chuangmo.access.queries import Rights

__all__ = ["attachment_rights", "may_make", "sees_all_done", "visible_dossiers"]


def may_make(rights: Rights) -> bool:
    """Take snapshots, make dossiers, let people read them."""
    return may_write(rights)


def sees_all_done(rights: Rights) -> bool:
    """Read every finished dossier by role."""
    return may_make(rights) or bool(rights.roles & {Role.OBSERVER, Role.ADMIN})


def visible_dossiers(rights: Rights) -> QuerySet[Dossier]:
    """The dossiers that the person may see."""
    if may_make(rights):
        return Dossier.objects.all()
    done = Dossier.objects.filter(state=DossierState.DONE)
    if sees_all_done(rights):
        return done
    if not rights.roles:
        return done.none()
    mine = DossierUserObjectPermission.objects.filter(
        content_object=OuterRef("pk"), user=rights.user.pk, permission__codename="read"
    )
    ours = DossierGroupObjectPermission.objects.filter(
        content_object=OuterRef("pk"), group__user=rights.user.pk, permission__codename="read"
    )
    return done.filter(Exists(mine) | Exists(ours))


def attachment_rights(rights: Rights, dossier_id: int) -> bool:
    """For settings.ATTACHMENT_OWNERS: the file of a dossier is read by whoever sees the dossier."""
    return visible_dossiers(rights).filter(pk=dossier_id).exists()
