"""Who may see and do what with a letter."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from chuangmo.access.queries import Rights
from supervision.letters.models import Letter, LetterVersion, VersionState

__all__ = ["letter_attachment_rights", "may_sign", "visible_letters", "visible_versions"]


def visible_letters(rights: Rights) -> QuerySet[Letter]:
    """The office every one; others those of units that they may view, once issued."""
    if not rights.sees_campaign:
        return Letter.objects.none()
    if rights.is_office:
        return Letter.objects.all()
    issued = LetterVersion.objects.filter(letter=OuterRef("pk")).exclude(state=VersionState.DRAFT)
    return Letter.objects.filter(Exists(issued), unit__in=rights.view)


def visible_versions(rights: Rights, letter: Letter) -> QuerySet[LetterVersion]:
    """Its versions, drafts for the office alone."""
    found = LetterVersion.objects.filter(letter=letter)
    return found if rights.is_office else found.exclude(state=VersionState.DRAFT)


def may_sign(rights: Rights, letter: Letter) -> bool:
    """Hand in the signed copy: the unit's reviewers, and the office for a unit that sent paper."""
    return rights.may("sign_off", letter.unit_id) or rights.is_office


def letter_attachment_rights(rights: Rights, owner_id: int) -> bool:
    """Whether the person may read the scan of this version (settings.ATTACHMENT_OWNERS)."""
    return (
        LetterVersion.objects.filter(pk=owner_id, letter__in=visible_letters(rights))
        .exclude(state=VersionState.DRAFT)
        .exists()
    )
