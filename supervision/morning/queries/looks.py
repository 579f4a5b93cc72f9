"""Since when a person wants to know what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.prepared import Prepared
from supervision.morning.models import Look

__all__ = ["Since", "since"]

FIRST_DAYS = 3  # how far back somebody sees who never looked


@dataclass(frozen=True, slots=True)
class Since:
    """An instant, and the business date on which it was."""

    at: datetime
    on: date
    is_first: bool = False


_LOOK = Prepared(lambda user: Look.objects.filter(user=user), user=int)


def since(user: User) -> Since:
    """The last look, else three days ago. One query."""
    look: Look | None = next(iter(_LOOK.objects(user=user.pk)), None)
    if look is not None:
        return Since(look.looked_at, look.looked_on)
    back = timedelta(days=FIRST_DAYS)
    return Since(timezone.now() - back, clock.today() - back, is_first=True)
