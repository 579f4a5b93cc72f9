"""What waits for the steering office's decision."""

from __future__ import annotations

from dataclasses import dataclass

from chuangmo.access.queries import Rights
from chuangmo.deadlines.models import DeadlineRequest, Proposal

__all__ = ["WaitingDecisions", "waiting_decisions"]


@dataclass(frozen=True)
class WaitingDecisions:
    """The oldest requests, how many there are in all, and how many proposals of the ladder are open."""

    requests: list[DeadlineRequest]
    request_count: int
    proposal_count: int

    @property
    def count(self) -> int:
        return self.request_count + self.proposal_count


def waiting_decisions(rights: Rights, shown: int) -> WaitingDecisions:
    """Two queries, a third where there are more requests than shown."""
    open_now = {"obligation__done_at": None, "obligation__waived_at": None, "obligation__superseded": False}
    rows = (
        DeadlineRequest.objects.filter(
            state=DeadlineRequest.State.OPEN, obligation__unit__in=rights.accept, **open_now
        )
        .select_related("obligation", "obligation__unit", "asked_by")
        .order_by("pk")
    )
    first = list(rows[: shown + 1])
    return WaitingDecisions(
        requests=first[:shown],
        request_count=rows.count() if len(first) > shown else len(first),
        proposal_count=Proposal.objects.filter(
            state=Proposal.State.OPEN, obligation__unit__in=rights.accept, **open_now
        ).count(),
    )
