"""The files that prove a member: attachments whose note is the proof that they bring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from chuangmo.files.models import Attachment

__all__ = ["OWNER", "attachments_by_member", "proofs_by_member"]

OWNER = "task_member"


def proofs_by_member(member_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Which proofs each member has. One query."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Attachment.objects.filter(owner_kind=OWNER, owner_id__in=member_ids, removed_at__isnull=True)
    for owner_id, proof in rows.order_by().values_list("owner_id", "note").distinct():
        found[owner_id].add(proof)
    return {pk: frozenset(proofs) for pk, proofs in found.items()}


def attachments_by_member(member_ids: Collection[int]) -> dict[int, list[Attachment]]:
    """The files themselves, the first brought first. One query."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    rows = Attachment.objects.filter(owner_kind=OWNER, owner_id__in=member_ids, removed_at__isnull=True)
    for row in rows.select_related("file", "uploaded_by").order_by("uploaded_at", "pk"):
        found[row.owner_id].append(row)
    return dict(found)
