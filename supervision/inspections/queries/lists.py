"""What the pages of inspections show: constant queries whatever the size."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from supervision.inspections.models import Comment, Finding, FindingPhoto, Inspection, InspectionState
from supervision.inspections.rights import Hand, visible_comments, visible_findings, visible_inspections

__all__ = [
    "OpenCounts",
    "findings_of",
    "inspection_seen",
    "listed_comments",
    "listed_findings",
    "listed_inspections",
    "open_counts",
    "photos_of",
]


def listed_inspections(hand: Hand) -> QuerySet[Inspection]:
    """With office and units; the number of findings that this person sees."""
    seen = visible_findings(hand).filter(dropped_at__isnull=True).values("pk")
    return (
        visible_inspections(hand)
        .select_related("office")
        .prefetch_related("units")
        .annotate(found=Count("findings", filter=Q(findings__in=seen), distinct=True))
        .order_by("-planned_on", "-pk")
    )


def inspection_seen(hand: Hand, inspection_id: int) -> Inspection | None:
    return (
        visible_inspections(hand)
        .select_related("office", "plan", "created_by")
        .filter(pk=inspection_id)
        .first()
    )


def listed_findings(hand: Hand) -> QuerySet[Finding]:
    return (
        visible_findings(hand)
        .select_related("unit", "kind", "office", "inspection", "indicator", "project")
        .order_by("-found_on", "-pk")
    )


def findings_of(hand: Hand, inspection: Inspection) -> list[Finding]:
    """The inspection's findings that this person sees, with their pictures."""
    rows = listed_findings(hand).filter(inspection=inspection).order_by("pk")
    return list(rows.prefetch_related("photos__attachment"))


def photos_of(finding: Finding) -> list[FindingPhoto]:
    return list(finding.photos.select_related("attachment", "original").order_by("pk"))


def listed_comments(hand: Hand) -> QuerySet[Comment]:
    return (
        visible_comments(hand).select_related("body", "unit", "by", "answered_by", "finding").order_by("-pk")
    )


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """What is open, as this person sees it."""

    planned: int
    under_way: int
    unreleased: int
    comments: int


def open_counts(hand: Hand) -> OpenCounts:
    """Two queries."""
    states = visible_inspections(hand).aggregate(
        planned=Count("pk", filter=Q(state=InspectionState.PLANNED)),
        under_way=Count("pk", filter=Q(state=InspectionState.UNDER_WAY)),
        unreleased=Count("pk", filter=Q(state=InspectionState.FINISHED)),
    )
    waiting = visible_comments(hand).filter(answered_at__isnull=True, finding__isnull=True).count()
    return OpenCounts(states["planned"], states["under_way"], states["unreleased"], waiting)
