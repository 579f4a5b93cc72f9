"""Who else may read a finished dossier: given and taken back by the office, person by person."""

from __future__ import annotations

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from archives.dossiers.models import Dossier, DossierUserObjectPermission
from archives.dossiers.rights import may_make
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused

__all__ = ["READ", "let_read", "readers_of", "stop_reading"]

READ = "dossiers.read"


def readers_of(dossier: Dossier) -> list[User]:
    """The people who were let in by name."""
    ids = DossierUserObjectPermission.objects.filter(
        content_object=dossier, permission__codename="read"
    ).values("user")
    return list(User.objects.filter(pk__in=ids).order_by("username"))


@transaction.atomic
def let_read(*, by: User, dossier: Dossier, person: User) -> None:
    """Let a person read this dossier. Refused; Invalid for somebody whose account is closed or has no role."""
    _check(by)
    if not rights_of(person).roles:
        raise Invalid({"person": f"{person}现在没有任何角色，不能开放给他"})
    assign_perm(READ, person, dossier)
    _note(by, dossier, "开放阅读", person)


@transaction.atomic
def stop_reading(*, by: User, dossier: Dossier, person: User) -> None:
    """Take it back. Refused."""
    _check(by)
    remove_perm(READ, person, dossier)
    _note(by, dossier, "收回阅读", person)


def _check(by: User) -> None:
    if not may_make(rights_of(by)):
        raise Refused("阅读权限由创模办开放。")


def _note(by: User, dossier: Dossier, action: str, person: User) -> None:
    record(
        by=by,
        action=action,
        object_kind="dossier",
        object_id=dossier.pk,
        label=str(dossier),
        changes={"人员": ["", str(person)] if action == "开放阅读" else [str(person), ""]},
    )
