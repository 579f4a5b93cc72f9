"""The rule of an indicator: the office's page that changes it, and the list of versions that everybody may read."""

from __future__ import annotations

import hashlib
import json
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from chuangmo.access.models import User
from chuangmo.errors import Invalid, Refused, Stale
from indicators.assessment.forms import RuleJsonForm, RuleWordsForm
from indicators.assessment.queries.rules import (
    PreviewRow,
    element_names,
    facts_of,
    present_rule,
    preview_rule,
    versions_of,
)
from indicators.assessment.rules import IndicatorRule, rule_json, validate_rule
from indicators.assessment.rules.rule_words import differences
from indicators.assessment.services.rules import publish_version
from indicators.assessment.views._asked import plan_asked
from indicators.plan.models import Indicator, Plan, RuleVersion

Form = RuleWordsForm | RuleJsonForm


@require_GET
def show_versions(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    """All versions in words, newest first, with what each one changed."""
    found, rights = plan_asked(request, plan)
    indicator = get_object_or_404(Indicator, plan=found, number=number)
    context = {
        "page_title": f"{indicator.number} {indicator.short_name} · 评定规则",
        "plan": found,
        "indicator": indicator,
        "versions": versions_of(indicator),
        "may_edit": rights.is_office,
    }
    return render(request, "assessment/rule_versions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_rule(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    """Change the rule: in words, or (`?as=json`) as JSON. A POST previews, or publishes what was previewed."""
    found, rights = plan_asked(request, plan)
    if not rights.is_office:
        raise Refused("只有创模办可以修改评定规则。")
    indicator = get_object_or_404(Indicator.objects.select_related("plan"), plan=found, number=number)
    version = get_object_or_404(RuleVersion, indicator=indicator, is_current=True)
    current = validate_rule(version.body)
    as_json = request.GET.get("as") == "json"
    form = _form(request, found, current, version.version, as_json)
    rows: list[PreviewRow] = []
    status = 200
    if request.method == "POST":
        rows = _preview(indicator, form) if form.is_valid() else []
        if form.is_valid() and _is_publishing(request, form):
            try:
                fresh = _publish(indicator, form, cast(User, request.user))
            except Stale as error:
                form.add_error(None, str(error))
                status = 409
            except Invalid as error:
                _add_faults(form, error)
            else:
                messages.success(request, f"已发布第 {fresh.version} 版，本年度各月的结论按新规则重新评定。")
                return redirect("assessment:indicator-rule-versions", found.code, number)
        status = 422 if form.errors and status == 200 else status
    return render(
        request,
        "assessment/rule_edit.html",
        {
            "page_title": f"{indicator.number} {indicator.short_name} · 修改评定规则",
            "plan": found,
            "indicator": indicator,
            "version": version,
            "rule": present_rule(current, element_names([current])),
            "names": sorted(element_names([current, form.rule or current]).items()),
            "form": form,
            "as_json": as_json,
            **_previewed(current, form, rows),
        },
        status=status,
    )


def _form(request: HttpRequest, plan: Plan, current: IndicatorRule, version: int, as_json: bool) -> Form:
    data = request.POST if request.method == "POST" else None
    if as_json:
        return RuleJsonForm(data, current=current, version=version)
    return RuleWordsForm(data, current=current, version=version, facts=facts_of(plan))


def _preview(indicator: Indicator, form: Form) -> list[PreviewRow]:
    try:
        return preview_rule(indicator, cast(IndicatorRule, form.rule))
    except Invalid as error:
        _add_faults(form, error)
    return []


def _is_publishing(request: HttpRequest, form: Form) -> bool:
    """Whether the person saw the effect of exactly this rule before pressing “publish”."""
    if request.POST.get("do") != "publish":
        return False
    if request.POST.get("previewed") == previewed_mark(form):
        return True
    form.add_error(None, "发布前请先看一遍影响：下面是按现在的内容算出的预览，确认后再点“发布”。")
    return False


def _publish(indicator: Indicator, form: Form, by: User) -> RuleVersion:
    return publish_version(
        indicator=indicator,
        rule=cast(IndicatorRule, form.rule),
        base=form.cleaned_data["base"],
        reason=form.cleaned_data.get("reason", ""),
        by=by,
    )


def _add_faults(form: Form, error: Invalid) -> None:
    for name, fault in error.faults.items():
        form.add_error(name if name in form.fields else None, fault)


def _previewed(current: IndicatorRule, form: Form, rows: list[PreviewRow]) -> dict[str, Any]:
    """What the preview shows: the fields that differ, the months before and after, and how many of them move."""
    if form.rule is None or not form.is_bound or not rows:
        return {"rows": [], "previewed": "", "differences": [], "moved": 0}
    return {
        "rows": rows,
        "previewed": previewed_mark(form),
        "differences": differences(current, form.rule),
        "moved": sum(row.changes for row in rows),
    }


def previewed_mark(form: Form) -> str:
    """A mark of the rule that a preview showed; publishing needs the same."""
    assert form.rule is not None
    text = json.dumps([rule_json(form.rule), form.cleaned_data.get("base")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
