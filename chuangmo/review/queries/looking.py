"""What has to be known of a case before it is shown: who looked at which revision, and whether it is clean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from chuangmo.review.kinds import Kind
from chuangmo.review.models import Case, Remark, ReviewEvent, Revision
from chuangmo.review.rules import LOOKED


def looks(case_ids: Sequence[int]) -> dict[int, list[tuple[int, str, int | None, bool]]]:
    """Who looked at which revision, by case, in the shape of `review.rules.Step`. One query."""
    found: dict[int, list[tuple[int, str, int | None, bool]]] = defaultdict(list)
    for case_id, number, action, by_id, skipped in ReviewEvent.objects.filter(
        case__in=case_ids, action__in=LOOKED
    ).values_list("case_id", "revision_no", "action", "by_id", "skipped"):
        found[case_id].append((number, action, by_id, skipped))
    return found


def doubt_in(kind: Kind, case: Case, content: Mapping[str, Any], remarked: bool) -> str:
    """As `doubt_about`, with everything at hand."""
    if case.accepted_revision_no is not None and case.accepted_revision_no != case.revision_no:
        return "是对已审定数据的更正"
    if case.revision_no > 1 and remarked:
        return "曾被退回并有批注"
    return kind.doubts(content)


def doubt_about(kind: Kind, case: Case, revision: Revision) -> str:
    """Why a case is not for a batch; empty when it is clean."""
    return doubt_in(kind, case, revision.content, Remark.objects.filter(case=case).exists())
