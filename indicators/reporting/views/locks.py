"""The office's locks on months: which stand, setting one, lifting one."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.periods import Kind, Period, parse, periods_between
from indicators.plan.models import Plan
from indicators.reporting.models import PeriodLock
from indicators.reporting.services.locks import lift_lock, lock_month


class LockForm(forms.Form):
    """A month that is not locked yet, and why."""

    period = forms.ChoiceField(label="月份")
    reason = forms.CharField(
        label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200})
    )

    def __init__(self, plan: Plan, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        months = _open_months(plan)
        # The month that still runs may be locked, but nobody should do so by not looking.
        over = next((one for one in months if one.end < clock.today()), None)
        self.fields["period"] = forms.ChoiceField(
            label="月份", choices=[(one.code, one.label) for one in months], initial=over and over.code
        )


@require_http_methods(["GET", "HEAD", "POST"])
def lock_list(request: HttpRequest) -> HttpResponse:
    """Locks that stand and those that were lifted; the form sets a new one. The office's page."""
    _require_office(request)
    plan = get_object_or_404(Plan, is_current=True)
    form = LockForm(plan, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            lock = lock_month(
                plan=plan,
                period=parse(form.cleaned_data["period"]),
                reason=form.cleaned_data["reason"],
                by=cast(User, request.user),
            )
        except Stale as error:
            form.add_error(None, str(error))
            status = 409
        except Invalid as error:
            for name, fault in error.faults.items():
                form.add_error(name if name in form.fields else None, fault)
        else:
            messages.success(request, f"{lock.period.label}已锁定。")
            return redirect("reporting:lock-list")
    if form.errors and status == 200:
        status = 422
    locks = PeriodLock.objects.filter(plan=plan).select_related("locked_by", "lifted_by")
    context = {"page_title": "月份锁定", "plan": plan, "form": form, "locks": locks}
    return render(request, "reporting/lock_list.html", context, status=status)


@require_POST
def lock_lift(request: HttpRequest, lock_id: int) -> HttpResponse:
    """Lift one lock."""
    _require_office(request)
    try:
        lock = lift_lock(lock_id=lock_id, reason=request.POST.get("reason", ""), by=cast(User, request.user))
    except (Stale, Invalid) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{lock.period.label}已解除锁定。")
    return redirect("reporting:lock-list")


def _require_office(request: HttpRequest) -> None:
    if not rights_for(request).is_office:
        raise Refused("只有创模办可以锁定或解除月份")


def _open_months(plan: Plan) -> list[Period]:
    """Months of the plan's year, and of the years that it looks back on, that have begun and are not locked."""
    begin = plan.window_start.replace(year=plan.year - 3, month=1, day=1)
    standing = set(
        PeriodLock.objects.filter(plan=plan, lifted_at=None).values_list("period_start", flat=True)
    )
    months = periods_between(Kind.MONTH, begin, min(clock.today(), plan.window_end), whole=False)
    return [one for one in reversed(months) if one.start not in standing]
