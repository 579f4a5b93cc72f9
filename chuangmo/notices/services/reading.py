"""Read receipts: a person says that they have seen what they were told."""

from __future__ import annotations

from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.notices.models import Notice

__all__ = ["mark_all_seen", "mark_seen"]


def mark_seen(*, notice_id: int, by: User) -> bool:
    """Note the first time that the person saw a notice of theirs; False if it had been noted before (or is not theirs)."""
    return bool(
        Notice.objects.filter(pk=notice_id, user=by, seen_at__isnull=True).update(seen_at=timezone.now())
    )


def mark_all_seen(*, by: User, up_to: int) -> int:
    """Note all that the page showed: notices up to that number. What came since stays unseen."""
    return Notice.objects.filter(user=by, pk__lte=up_to, seen_at__isnull=True).update(seen_at=timezone.now())
