"""The office lets a rung, and all above it, stand still for one obligation."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.deadlines.models import Hold, Obligation, Rung
from chuangmo.deadlines.services.permission import note, require_office, require_reason
from chuangmo.errors import Invalid, Refused, Stale

__all__ = ["hold_rung", "lift_hold"]


@transaction.atomic
def hold_rung(*, obligation_id: int, offset: int, reason: str, by: User, until: date | None = None) -> Hold:
    """Hold the rung of that offset and all higher ones, until a day or until the hold is lifted.

    Refused (no right, nothing to hold), Invalid (`rung`, `until`, `reason`), Stale (a hold stands already).
    """
    obligation = Obligation.objects.select_related("unit").filter(pk=obligation_id).first()
    if obligation is None:
        raise Refused("没有这件事")
    require_office(by, obligation, "暂缓催办")
    if not obligation.is_open:
        raise Refused("这件事已经办结，没有可以暂缓的")
    rung = Rung.objects.in_force().filter(offset=offset).first()
    faults = {}
    if rung is None:
        faults["rung"] = "没有这一级"
    elif obligation.level is not None and offset <= obligation.level:
        faults["rung"] = "这一级已经触发过了，只能暂缓更高的级别"
    if until is not None and until < clock.today():
        faults["until"] = "日期不能早于今天"
    try:
        require_reason(reason)
    except Invalid as error:
        faults |= error.faults
    if faults or rung is None:
        raise Invalid(faults)
    try:
        with transaction.atomic():
            hold = Hold.objects.create(
                obligation=obligation, rung=rung, until=until, reason=reason.strip(), by=by
            )
    except IntegrityError as error:
        raise Stale("这件事已经暂缓，请刷新") from error
    Obligation.objects.filter(pk=obligation.pk).update(held_from=offset)
    note(
        obligation, by, f"暂缓“{rung}”", reason, {"暂缓至": ["", until.isoformat() if until else "解除为止"]}
    )
    return hold


@transaction.atomic
def lift_hold(*, obligation_id: int, reason: str, by: User) -> Hold:
    """Let the ladder go on; what was passed meanwhile fires in the next sweep."""
    hold = (
        Hold.objects.select_related("obligation")
        .filter(obligation=obligation_id, lifted_at__isnull=True)
        .first()
    )
    if hold is None:
        raise Stale("没有暂缓，请刷新")
    require_office(by, hold.obligation, "解除暂缓")
    require_reason(reason)
    if not Hold.objects.filter(pk=hold.pk, lifted_at__isnull=True).update(
        lifted_at=timezone.now(), lifted_by=by
    ):
        raise Stale("刚才已经解除，请刷新")
    Obligation.objects.filter(pk=hold.obligation_id).update(held_from=None)
    note(hold.obligation, by, "解除暂缓", reason)
    return hold
