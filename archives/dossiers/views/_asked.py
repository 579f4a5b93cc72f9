"""What an address asks for, and whether this person may have it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from archives.dossiers.models import Dossier
from archives.dossiers.rights import may_make, visible_dossiers
from archives.snapshots.models import Snapshot
from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Refused

__all__ = ["dossier_asked", "office_asked", "person", "snapshot_asked"]


def office_asked(request: HttpRequest) -> Rights:
    """The rights of a person of the steering office; Refused for everybody else."""
    rights = rights_for(request)
    if not may_make(rights):
        raise Refused("快照和资料的编制只对创模办开放。")
    return rights


def snapshot_asked(request: HttpRequest, snapshot_id: int) -> Snapshot:
    """A snapshot, for the office alone."""
    office_asked(request)
    return get_object_or_404(Snapshot.objects.select_related("plan", "by"), pk=snapshot_id)


def dossier_asked(request: HttpRequest, dossier_id: int) -> Dossier:
    """A dossier that the person may see; 404 as if there were none for everybody else."""
    found = visible_dossiers(rights_for(request)).select_related(
        "snapshot__plan",
        "snapshot__by",
        "file__file",
        "workbook__file",
        "package__file",
        "requested_by",
    )
    return get_object_or_404(found, pk=dossier_id)


def person(request: HttpRequest) -> User:
    return cast(User, request.user)
