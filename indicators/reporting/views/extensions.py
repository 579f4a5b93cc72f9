"""The office keeps one report open past its lock, until a day and for a reason."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.deadlines.models import LockException
from chuangmo.deadlines.services import grant_exception
from chuangmo.errors import Invalid, Refused
from indicators.reporting.rights import may_extend
from indicators.reporting.views.entry import visible_report


class ExtensionForm(forms.Form):
    """Until when, and why."""

    until = forms.DateField(
        label="延至",
        help_text="最后可填的一天。原定日期不变，逾期照样记录。",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "请填 2017-06-20 这样的日期"},
    )
    reason = forms.CharField(
        label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200})
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report_extend(request: HttpRequest, report_id: int) -> HttpResponse:
    report = visible_report(request, report_id)
    if not rights_for(request).may("accept", report.unit_id):
        raise Refused("只有创模办可以批准延后锁定")
    if not may_extend(rights_for(request), report) or report.obligation is None:
        raise Refused("这份报表没有锁定日期，或已在审核中，不需要延后锁定")
    form = ExtensionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            granted = grant_exception(
                report.obligation,
                until=form.cleaned_data["until"],
                reason=form.cleaned_data["reason"],
                by=cast(User, request.user),
            )
        except Invalid as error:
            for name, fault in error.faults.items():
                form.add_error(name, fault)
        else:
            messages.success(request, f"已批准延后锁定，{granted.until:%Y-%m-%d} 前可以填报。")
            return redirect(report.get_absolute_url())
    context = {
        "page_title": "延后锁定",
        "report": report,
        "form": form,
        "today": clock.today(),
        "given": LockException.objects.filter(obligation=report.obligation).select_related("by"),
        "crumbs": [("填报", reverse("reporting:report-list")), (str(report), report.get_absolute_url())],
    }
    return render(request, "reporting/report_extend.html", context, status=422 if form.errors else 200)
