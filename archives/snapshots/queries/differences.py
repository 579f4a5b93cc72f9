"""What changed between two snapshots."""

from __future__ import annotations

from archives.snapshots.models import Snapshot
from archives.snapshots.rules.comparing import ChapterDifference, Side, compared

__all__ = ["differences"]


def differences(before: Snapshot, after: Snapshot) -> list[ChapterDifference]:
    """Chapter by chapter, in the later one's order. Four queries; only chapters whose digests differ are read whole."""
    old = dict(before.chapters.values_list("slug", "digest"))
    new = dict(after.chapters.values_list("slug", "digest"))
    same = {slug for slug, digest in new.items() if old.get(slug) == digest}
    return compared(_sides(before, same), _sides(after, same))


def _sides(snapshot: Snapshot, same: set[str]) -> list[Side]:
    return [
        Side(one.slug, one.number, one.title, one.digest, one.content)
        for one in snapshot.chapters.exclude(slug__in=same).order_by("order")
    ]
