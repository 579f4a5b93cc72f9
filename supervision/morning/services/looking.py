"""“Seen up to here”: moved by a click, and never back."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.errors import Refused
from supervision.morning.models import Look

__all__ = ["look"]


@transaction.atomic
def look(*, by: User, until: datetime) -> Look:
    """The person has seen what changed up to the moment at which their page was made; what came after is told next time.

    A moment that lies ahead counts as now, an older page moves nothing back. Idempotent."""
    if not rights_of(by).is_office:
        raise Refused("晨报只对创模办开放")
    moment = min(until, timezone.now())
    try:
        with transaction.atomic():
            Look.objects.get_or_create(user=by, defaults={"looked_at": moment, "looked_on": clock.today()})
    except IntegrityError:  # two windows at once
        pass
    Look.objects.filter(user=by, looked_at__lt=moment).update(looked_at=moment, looked_on=clock.today())
    return Look.objects.get(user=by)
