"""Whether what was submitted is still what its digest says (settings.AUDIT_CHECKS)."""

from __future__ import annotations

from collections.abc import Iterator

from chuangmo.review.models import Revision
from chuangmo.review.rules import digest


def broken_revisions() -> Iterator[str]:
    """A sentence for every revision whose content does not give its digest any more, oldest first."""
    for revision in Revision.objects.order_by("pk").iterator(chunk_size=500):
        if digest(revision.content) != revision.digest:
            yield f"审核件 {revision.case_id} 第 {revision.number} 稿的内容与提交时的摘要不符"
