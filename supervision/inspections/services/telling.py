"""Units hear of findings when they are released, not before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from chuangmo.access.queries import leaders_of_units, who_may
from chuangmo.access.rules import REPORT, SIGN_OFF
from chuangmo.notices.rules import kinds
from chuangmo.notices.services import NoticeDraft, notify_many
from supervision.inspections.models import Finding

__all__ = ["people_of_units", "tell_of_findings"]


def people_of_units(unit_ids: Iterable[int]) -> dict[int, list[int]]:
    """Whoever reports or signs off for each unit, and its leaders. Five queries, however many units."""
    ids = list(unit_ids)
    reporters, reviewers, leaders = who_may(REPORT, ids), who_may(SIGN_OFF, ids), leaders_of_units(ids)
    return {
        unit: list(dict.fromkeys([*reporters[unit], *reviewers[unit], *(user.pk for user in leaders[unit])]))
        for unit in ids
    }


def tell_of_findings(findings: Sequence[Finding]) -> None:
    """One notice for each person and tour; a single finding is named."""
    by_unit: dict[int, list[Finding]] = defaultdict(list)
    for one in findings:
        by_unit[one.unit_id].append(one)
    people = people_of_units(by_unit)
    drafts = []
    for unit_id, found in by_unit.items():
        first = found[0]
        named = f"{first.kind}：{first.place}" if len(found) == 1 else f"{first.place}等 {len(found)} 处"
        for user in people[unit_id]:
            drafts.append(
                NoticeDraft(
                    user_id=user,
                    kind=kinds.OTHER,
                    title=f"检查发现问题：{named}",
                    text="\n".join(
                        f"{one.place}（{one.kind}，{one.get_severity_display()}）：{one.text}"
                        for one in found
                    ),
                    action="查看问题",
                    url=first.get_absolute_url() if len(found) == 1 else first.inspection_url(),
                    subject_kind="finding",
                    subject_id=first.pk,
                    subject_label=str(first),
                    unit_id=unit_id,
                    urgency="now",
                    key=f"finding:{first.pk}",
                )
            )
    notify_many(drafts)
