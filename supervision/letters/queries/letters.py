"""The list of letters and the basis that a score names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from chuangmo.access.queries import Rights
from indicators.plan.models import Plan
from supervision.letters.models import Letter, LetterVersion, VersionState
from supervision.letters.rights import visible_letters

__all__ = ["LetterLine", "basis_of", "letter_lines"]


@dataclass(frozen=True)
class LetterLine:
    """A letter with the version in force and the one being drafted."""

    letter: Letter
    in_force: LetterVersion | None
    draft: LetterVersion | None


def letter_lines(plan: Plan, rights: Rights) -> list[LetterLine]:
    """Every letter that the person sees, by unit. Two queries."""
    versions = LetterVersion.objects.exclude(state=VersionState.REPLACED)
    if not rights.is_office:
        versions = versions.exclude(state=VersionState.DRAFT)
    letters = (
        visible_letters(rights)
        .filter(plan=plan)
        .select_related("unit", "plan")
        .prefetch_related(Prefetch("versions", versions, to_attr="open_versions"))
        .order_by("unit__order", "unit")
    )
    return [_line(letter, letter.open_versions) for letter in letters]  # type: ignore[attr-defined]


def _line(letter: Letter, versions: Sequence[LetterVersion]) -> LetterLine:
    drafts = [one for one in versions if one.state == VersionState.DRAFT]
    others = [one for one in versions if one.state != VersionState.DRAFT]
    return LetterLine(letter, next(iter(others), None), next(iter(drafts), None))


def basis_of(plan: Plan, unit_id: int, rights: Rights) -> LetterVersion | None:
    """The signed letter that a score of the unit rests on, where there is one that the person may see. One query."""
    return (
        LetterVersion.objects.filter(
            letter__in=visible_letters(rights),
            letter__plan=plan,
            letter__unit=unit_id,
            state__in=[VersionState.ISSUED, VersionState.SIGNED],
        )
        .select_related("letter__unit", "letter__plan")
        .first()
    )
