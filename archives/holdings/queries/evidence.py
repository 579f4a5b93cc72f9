"""What proves an indicator: accepted pieces only, now or as they were on a day. For the dossier, the checks and pages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from archives.holdings.models import Accession
from indicators.plan.models import Plan

__all__ = ["EvidenceRow", "evidence_for", "evidence_of_plan"]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One accepted piece as it is cited: by its archive number, with the version that counts and its digest."""

    archive_number: str
    title: str
    kind: str
    year: int
    version_id: int
    sha256: str
    file_name: str
    piece_id: int
    url: str
    first_year: int
    unit_id: int
    unit_name: str
    document_number: str
    issuer: str
    dated_on: date | None
    pages: int | None
    signed_page: int | None
    size: int
    mime: str
    path: str
    version_number: int
    accession_id: int
    accepted_at: datetime
    indicator_numbers: tuple[int, ...]
    requirement_codes: tuple[str, ...]


def evidence_for(indicator_number: int, plan: Plan, as_of: date | None = None) -> list[EvidenceRow]:
    """Accepted pieces that prove the indicator, by archive number: three queries. With `as_of` as on the evening of that day."""
    return _rows(
        Accession.objects.counting(as_of).filter(plan=plan, indicators__number=indicator_number).distinct()
    )


def evidence_of_plan(plan: Plan, as_of: date | None = None) -> dict[int, list[EvidenceRow]]:
    """The same for all indicators of the plan, by number (a piece stands under each that it proves): three queries in all."""
    found: dict[int, list[EvidenceRow]] = defaultdict(list)
    for row in _rows(Accession.objects.counting(as_of).filter(plan=plan)):
        for number in row.indicator_numbers:
            found[number].append(row)
    return dict(found)


def _rows(accessions: object) -> list[EvidenceRow]:
    rows = accessions.select_related("version__file", "unit").prefetch_related(  # type: ignore[attr-defined]
        "indicators", "requirements"
    )
    return [_row(one) for one in rows.order_by("archive_number")]


def _row(one: Accession) -> EvidenceRow:
    file = one.version.file
    return EvidenceRow(
        archive_number=one.archive_number,
        title=one.title,
        kind=one.kind,
        year=one.year,
        version_id=one.version_id,
        sha256=file.sha256,
        file_name=one.version.name,
        piece_id=one.piece_id,
        url=f"/archives/pieces/{one.piece_id}/",
        first_year=one.first_year,
        unit_id=one.unit_id,
        unit_name=one.unit.name,
        document_number=one.document_number,
        issuer=one.issuer,
        dated_on=one.dated_on,
        pages=one.pages,
        signed_page=one.signed_page,
        size=file.size,
        mime=file.mime,
        path=file.path,
        version_number=one.version.number,
        accession_id=one.pk,
        accepted_at=one.accepted_at,
        indicator_numbers=tuple(sorted(indicator.number for indicator in one.indicators.all())),
        requirement_codes=tuple(sorted(requirement.code for requirement in one.requirements.all())),
    )
