"""Old messages lose their text. That they went out stays: to whom, by which way, when, with which title."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chuangmo import clock
from chuangmo.audit.services import record
from chuangmo.notices.models import DeliveryRules, Message, MessageState

__all__ = ["thin_outbox"]

BATCH = 1000
_BARE = Q(text="", html="", mentions=[])


def thin_outbox(*, check: Callable[[], object] = lambda: None) -> int:
    """Empty what was sent longer ago than the rules say; returns how many. Whole months stay: with 12 of them, on any day
    of June 2018 what was sent before June 2017 goes. Notices with their read receipts, daily mails
    and whatever is not known to have arrived are left alone, and the rows themselves: their keys keep anything from being
    sent a second time. `check` is asked between batches whether to go on."""
    rules = DeliveryRules.current()
    before = _month_before(clock.today(), rules.keep_months)
    old = Message.objects.filter(state=MessageState.SENT, sent_at__lt=before).exclude(_BARE).order_by("pk")
    total = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            done = Message.objects.filter(pk__in=ids, state=MessageState.SENT).update(
                text="", html="", mentions=[]
            )
            record(
                by=None,
                action="清理发件内容",
                object_kind="outbox",
                object_id=f"{ids[0]}-{ids[-1]}",
                label=f"{before:%Y-%m-%d} 以前送出的",
                changes={"清空内容": ["", done], "保留月数": ["", rules.keep_months]},
            )
        total += done
        check()
    return total


def _month_before(day: date, months: int) -> datetime:
    """The beginning of the month that lies so many months before the day's."""
    number = day.year * 12 + day.month - 1 - months
    return timezone.make_aware(datetime.combine(date(number // 12, number % 12 + 1, 1), time.min))
