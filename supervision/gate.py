"""What every part of supervision asks before it writes: who it is, whether of the steering office, and is the text there."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_of
from chuangmo.errors import Invalid, Refused

__all__ = ["person", "require_office", "require_text"]


def person(request: HttpRequest) -> User:
    """Who asks, on pages that nobody sees without having signed in."""
    return cast(User, request.user)


def require_office(by: User, what: str) -> Rights:
    """Refused unless `by` belongs to the steering office now."""
    rights = rights_of(by)
    if not rights.is_office:
        raise Refused(f"只有创模办可以{what}")
    return rights


def require_text(name: str, text: str, missing: str, limit: int) -> str:
    """The text without blanks around it; Invalid at that field when there is none, or too much to be kept."""
    kept = text.strip()
    if not kept:
        raise Invalid({name: missing})
    if len(kept) > limit:
        raise Invalid({name: f"最多 {limit} 字，现有 {len(kept)} 字"})
    return kept
