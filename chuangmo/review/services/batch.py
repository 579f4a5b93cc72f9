"""The same step for many clean cases, each in a transaction of its own: one that fails stops no other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.errors import DomainError
from chuangmo.review.kinds import all_kinds
from chuangmo.review.models import Case
from chuangmo.review.rules import ACCEPT, SIGN_OFF, VERIFY
from chuangmo.review.services.moves import approve_clean


@dataclass(frozen=True, slots=True)
class Failure:
    """One case that stayed where it was, and why."""

    case_id: int
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Ids of the cases that moved, in the order given, and those that did not."""

    done: tuple[int, ...]
    failed: tuple[Failure, ...]


def sign_off_many(*, items: Sequence[tuple[int, int]], by: User) -> BatchResult:
    """Sign off clean cases; `items` are (case id, revision that the page showed)."""
    return _many(SIGN_OFF, items, by)


def verify_many(*, items: Sequence[tuple[int, int]], by: User) -> BatchResult:
    """Verify clean cases; `items` are (case id, revision that the page showed)."""
    return _many(VERIFY, items, by)


def accept_many(*, items: Sequence[tuple[int, int]], by: User) -> BatchResult:
    """Accept clean cases; `items` are (case id, revision that the page showed)."""
    return _many(ACCEPT, items, by)


def _many(step: str, items: Sequence[tuple[int, int]], by: User) -> BatchResult:
    done: list[int] = []
    failed: list[tuple[int, str]] = []
    for case_id, revision_no in dict(items).items():
        try:
            approve_clean(step=step, case_id=case_id, revision_no=revision_no, by=by)
        except DomainError as error:
            failed.append((case_id, str(error)))
        else:
            done.append(case_id)
    labels = _labels([case_id for case_id, _ in failed], by)
    return BatchResult(
        tuple(done),
        tuple(Failure(case_id, labels.get(case_id, f"编号 {case_id}"), reason) for case_id, reason in failed),
    )


def _labels(case_ids: Iterable[int], by: User) -> dict[int, str]:
    """Names of the cases that the person may see: a forged id must not tell whose it is."""
    rights = rights_of(by)
    cases = {case.pk: case for case in Case.objects.filter(pk__in=list(case_ids))}
    labels: dict[int, str] = {}
    for kind in all_kinds():
        mine = [pk for pk, case in cases.items() if case.kind == kind.name and kind.can_see(rights, case)]
        labels |= {pk: heading.label for pk, heading in kind.headings(mine).items()} if mine else {}
    return labels
