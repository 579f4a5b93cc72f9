"""The lead says when outside figures are published that reports wait for."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused
from indicators.reporting.rights import may_name_publication
from indicators.reporting.services.publication import name_publication
from indicators.reporting.views.entry import visible_report


class PublicationForm(forms.Form):
    """By when the figure has to be in, and where it is published."""

    due_on = forms.DateField(
        label="公布后应报日期",
        help_text="数据公布、可以填报的日期；遇节假日顺延。各单位等同一公布的报表一并按此催报。",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "请填 2017-10-20 这样的日期", "required": "请填日期"},
    )
    reason = forms.CharField(
        label="公布依据",
        max_length=200,
        help_text="由谁、在哪里公布，如“省环境保护厅年度减排核查通报”。",
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
        error_messages={"required": "请写明由谁、在哪里公布"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report_publication(request: HttpRequest, report_id: int) -> HttpResponse:
    report = visible_report(request, report_id)
    if not may_name_publication(rights_for(request), report):
        raise Refused("只有牵头单位或创模办可以填公布日期，且只用于等待公布的数据")
    form = PublicationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            dated = name_publication(report_id=report.pk, by=cast(User, request.user), **form.cleaned_data)
        except Invalid as error:
            for name, fault in error.faults.items():
                form.add_error(name, fault)
        else:
            messages.success(request, f"已填公布日期，{dated} 份报表按此日期催报。")
            return redirect(report.get_absolute_url())
    context = {
        "page_title": "填公布日期",
        "report": report,
        "form": form,
        "crumbs": [("填报", reverse("reporting:report-list")), (str(report), report.get_absolute_url())],
    }
    return render(request, "reporting/report_publication.html", context, status=422 if form.errors else 200)
