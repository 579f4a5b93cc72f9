"""Who sees which dossier. Pages and services ask these predicates and no others.

The steering office sees and makes all. Leaders (observers) and administrators see what is done. Anybody else, an assessor above
all, sees the done ones that the office gave them to read: guardian's `read` on that dossier, as long as the account has any role.

Whoever sees a done dossier reads the pieces that its snapshot cites, in the very versions that it cites, and nothing else of
the archive. What was discarded or removed stays closed, and so does all of a dossier that was declared void.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from archives.books.models import State as IssuedState
from archives.dossiers.models import (
    Dossier,
    DossierGroupObjectPermission,
    DossierState,
    DossierUserObjectPermission,
)
from archives.holdings.models import PieceVersion
from archives.snapshots.queries.evidence import INDEX, frozen_evidence
from archives.snapshots.rights import may_write
from chuangmo.access.models import Role
from chuangmo.access.queries import Rights

__all__ = [
    "attachment_rights",
    "cited_by",
    "cited_page",
    "cited_versions",
    "may_make",
    "may_read_cited",
    "sees_all_done",
    "visible_dossiers",
]


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


def cited_by(rights: Rights, dossier: Dossier) -> dict[int, dict[str, Any]]:
    """What the dossier cites and the person may read for it: rows of the frozen index by id of the piece. Two queries."""
    return next((frozen_evidence(digest) for _, digest in _indexes(rights, dossier.pk)), {})


def cited_versions(rows: dict[int, dict[str, Any]]) -> QuerySet[PieceVersion]:
    """The cited versions that are still open: neither the piece nor its file was taken back."""
    return _open_versions().filter(pk__in=[row["version_id"] for row in rows.values()]).select_related("file")


def may_read_cited(rights: Rights, attachment_id: int) -> bool:
    """For settings.ATTACHMENT_CITED: whether the attachment is a version that some dossier of the person's cites."""
    found = _open_versions().filter(attachment=attachment_id).values_list("pk", "piece_id", "file__sha256")
    return any(
        (row["version_id"], row["sha256"]) == (version_id, sha256)
        for version_id, piece_id, sha256 in found
        for _, row in _citing(rights, piece_id)
    )


def cited_page(rights: Rights, piece_id: int) -> str:
    """For settings.PIECES_CITED: the page of the piece in the newest dossier of the person's that cites it, or ""."""
    dossier_id = next((pk for pk, _ in _citing(rights, piece_id)), None)
    return reverse("dossiers:cited-piece", args=[dossier_id, piece_id]) if dossier_id is not None else ""


def _open_versions() -> QuerySet[PieceVersion]:
    """Neither the piece nor its file was taken back."""
    return PieceVersion.objects.filter(piece__discarded_at__isnull=True, attachment__removed_at__isnull=True)


def _citing(rights: Rights, piece_id: int) -> Iterator[tuple[int, dict[str, Any]]]:
    for dossier_id, digest in _indexes(rights):
        row = frozen_evidence(digest).get(piece_id)
        if row is not None:
            yield dossier_id, row


def _indexes(rights: Rights, dossier_id: int | None = None) -> list[tuple[int, str]]:
    """Done dossiers that the person may see, the newest first, with the digest of their frozen index. One query."""
    dossiers = visible_dossiers(rights).filter(state=DossierState.DONE, snapshot__chapters__slug=INDEX)
    if dossier_id is not None:
        dossiers = dossiers.filter(pk=dossier_id)
    dossiers = dossiers.exclude(issued__state=IssuedState.WITHDRAWN)
    return list(dossiers.order_by("-pk").values_list("pk", "snapshot__chapters__digest"))
