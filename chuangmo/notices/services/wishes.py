"""How a person wants to be told, and how the administrator sets up channels."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.audit.services import record
from chuangmo.desk.rows import invalid, shown
from chuangmo.errors import Invalid
from chuangmo.notices.models import Channel, DeliveryRules, Preference
from chuangmo.notices.rules.robots import address_fault

__all__ = ["save_channel", "save_preference"]

_SECRETS = ("address", "secret")
_SET = "（已设置）"


@transaction.atomic
def save_preference(*, by: User, **wishes: Any) -> Preference:
    """Store one's own settings (the fields of `Preference`). Invalid: half a pair of quiet hours, hours outside what the
    administrator allows, a mute that is over before it begins."""
    row = Preference.objects.filter(user=by).first() or Preference(user=by)
    fields = [_field(row, name) for name in wishes]
    before = [shown(row, field) for field in fields]
    for name, value in wishes.items():
        setattr(row, name, value)
    faults = _outside(row)
    try:
        row.full_clean(exclude=["user"])
    except ValidationError as error:
        faults = invalid(error).faults | faults
    if faults:
        raise Invalid(faults)
    row.save()
    after = [shown(row, field) for field in fields]
    changes = {
        str(field.verbose_name): [was, now]
        for field, was, now in zip(fields, before, after, strict=True)
        if was != now
    }
    if changes:
        record(
            by=by,
            action="修改通知设置",
            object_kind="preference",
            object_id=by.pk,
            label=str(by),
            changes=changes,
        )
    return row


def _field(row: models.Model, name: str) -> models.Field:
    return cast("models.Field", row._meta.get_field(name))


def _outside(row: Preference) -> dict[str, str]:
    faults = {}
    rules = DeliveryRules.current()
    if row.digest_at is not None and not rules.earliest <= row.digest_at <= rules.latest:
        faults["digest_at"] = f"可选 {rules.earliest:%H:%M} 至 {rules.latest:%H:%M}。"
    if row.muted_until is not None and row.muted_until < clock.today():
        faults["muted_until"] = "暂停通知的日期不能早于今天；不再暂停就清空。"
    return faults


@transaction.atomic
def save_channel(*, channel: Channel, by: User | None) -> Channel:
    """Store a channel. What its address and secret are stands nowhere else, least of all in the audit rows. A channel that
    is changed is tried at once: its pause is over. Invalid: an address that is no such robot's."""
    faults = {}
    if channel.is_mail:
        channel.address = channel.secret = ""
    elif channel.address and (fault := address_fault(channel.kind, channel.address, settings.ROBOT_HOSTS)):
        faults["address"] = fault
    try:
        channel.full_clean()
    except ValidationError as error:
        faults = invalid(error).faults | faults
    if faults:
        raise Invalid(faults)
    stored = Channel.objects.filter(pk=channel.pk).first() if channel.pk else None
    changes = _changes(stored, channel)
    if stored is not None and not changes:
        return channel
    channel.failures, channel.paused_until = 0, None
    channel.save()
    record(
        by=by,
        action="新增通知渠道" if stored is None else "修改通知渠道",
        object_kind="channel",
        object_id=channel.pk,
        label=str(channel),
        unit_id=channel.unit_id,
        changes=changes,
    )
    return channel


def _changes(stored: Channel | None, channel: Channel) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]] = {}
    for name in ("kind", "name", "unit", "is_active"):
        field = _field(channel, name)
        pair = ["" if stored is None else shown(stored, field), shown(channel, field)]
        if pair[0] != pair[1]:
            changes[str(field.verbose_name)] = pair
    for name in _SECRETS:
        before = getattr(stored, name) if stored is not None else ""
        if before != getattr(channel, name):
            label = str(_field(channel, name).verbose_name)
            changes[label] = [
                before and _SET,
                getattr(channel, name) and f"{_SET[:-1]}，{timezone.localtime():%m-%d %H:%M}）",
            ]
    return changes
