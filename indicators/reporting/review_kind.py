"""How reports go through the review (settings.REVIEW_KINDS) and who may see their files (ATTACHMENT_OWNERS)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import Rights, office_unit_id, who_may
from chuangmo.access.rules import ACCEPT as ACCEPT_FOR
from chuangmo.access.rules import REPORT
from chuangmo.access.rules import SIGN_OFF as SIGN_OFF_FOR
from chuangmo.deadlines.rules import RETURN_WORKING_DAYS
from chuangmo.deadlines.services import fulfil, is_entry_open, open_cycle
from chuangmo.errors import Invalid, Refused
from chuangmo.review.kinds import Filters, Heading, Owing
from chuangmo.review.models import Case, Revision
from chuangmo.review.rules import (
    ACCEPT,
    SEND_BACK,
    SIGN_OFF,
    SUBMIT,
    UNLOCK,
    VERIFY,
    WITHDRAW,
    WORDS,
    Row,
    Section,
)
from chuangmo.workcalendar.queries import work_calendar
from indicators.reporting.models import Answer, ChecklistAnswer, Report, ReportText
from indicators.reporting.queries import review as queries
from indicators.reporting.rights import (
    leading_units,
    may_accept,
    may_report,
    may_sign_off,
    may_verify,
    visible_reports,
)
from indicators.reporting.services.acceptance import tell_figures_changed, write_figures
from indicators.reporting.services.checks import by_cell, submission_faults
from indicators.reporting.services.freezing import freeze_report
from indicators.reporting.services.locks import hold_locks, standing_lock

_PREDICATES = {
    SUBMIT: may_report,
    WITHDRAW: may_report,
    SIGN_OFF: may_sign_off,
    VERIFY: may_verify,
    ACCEPT: may_accept,
    UNLOCK: may_accept,
}
_PERMISSIONS = {SUBMIT: REPORT, SIGN_OFF: SIGN_OFF_FOR, VERIFY: SIGN_OFF_FOR, ACCEPT: ACCEPT_FOR}
_CHECKING = frozenset({SIGN_OFF, VERIFY, ACCEPT})
# What changes the figures of a closed month, or opens a report that could not be handed in again.
_CLOSED_BY_LOCK = frozenset({SUBMIT, WITHDRAW, SEND_BACK, ACCEPT, UNLOCK})
_WORDS_OF_ANSWER = {
    Answer.NONE: "无（确认为零）",
    Answer.NOT_YET: "尚未有数",
    Answer.NOT_APPLICABLE: "不适用",
    Answer.BLANK: "未填",
}
_WORDS_OF_CHOICE: dict[str, str] = dict(ChecklistAnswer.Choice.choices)
_WORDS_OF_TEXT: dict[str, str] = dict(ReportText.Kind.choices)


class ReportReview:
    """The chain of domain.md §6 for reports; see `chuangmo.review.kinds.Kind` for what each method is asked."""

    name = queries.KIND
    label = "报表"
    filter_columns = queries.FILTER_COLUMNS

    # Who ----------------------------------------------------------------------------------------------

    def may(self, action: str, rights: Rights, case: Case) -> bool:
        report = _report(case)
        if not _PREDICATES[action](rights, report):
            return False
        return action not in _CHECKING or not queries.wrote(rights.user, report)

    def can_see(self, rights: Rights, case: Case) -> bool:
        return visible_reports(rights).filter(case=case.pk).exists()

    def people(self, action: str, case: Case) -> list[int]:
        """As `may` decides, from the unit's side: who wrote or submitted the report doesn't check it."""
        report = _report(case)
        permission = _PERMISSIONS[action]
        units = leading_units(report) if action == VERIFY else {report.unit_id}
        found = {user_id for people in who_may(permission, units).values() for user_id in people}
        if action in _CHECKING:
            found -= {*queries.writers(report), case.submitted_by_id}
        return sorted(found)

    def due_on(self, case: Case) -> date | None:
        obligation = _report(case).obligation
        return obligation.due_on if obligation is not None else None

    def acting_unit_id(self, action: str, rights: Rights, case: Case) -> int | None:
        """The unit itself, the lead for verification, the office for its own moves; a return is by step."""
        step = (
            {"signed_off": VERIFY, "verified": ACCEPT}.get(case.state, "") if action == SEND_BACK else action
        )
        if step == VERIFY:
            return min(leading_units(_report(case)) & rights.sign_off, default=None)
        if step in (ACCEPT, UNLOCK):
            return office_unit_id(rights)
        return case.unit_id

    def owing(self, cases: Sequence[Case]) -> dict[int, Owing]:
        return queries.owing(cases)

    def skip_reason(self, step: str, case: Case) -> str:
        if step == SIGN_OFF and not case.unit.own_review:
            return "本单位已关闭单位审核"
        if step == VERIFY:
            leads = leading_units(_report(case))
            if case.unit_id in leads:
                return "牵头单位自己的报表，不再经牵头核定"
            if not leads:
                return "本期没有牵头单位"
        return ""

    # What ---------------------------------------------------------------------------------------------

    def check(self, action: str, case: Case) -> None:
        report = _report(case)
        if action in _CLOSED_BY_LOCK:
            self._refuse_locked(action, report)
        if action in (SUBMIT, WITHDRAW) and not is_entry_open(report.obligation, clock.today()):
            raise Refused(f"{report.period.label}已过锁定日期，不能{WORDS[action]}；请联系创模办")
        if action == SUBMIT and report.period_start > clock.today():
            raise Refused(f"{report.period.label}还没有开始，不能提交")
        if action == SUBMIT and _is_running(report):
            raise Refused(f"{report.period.label}还没有结束，现在可以先填，结束以后再提交")
        if action == SUBMIT and report.obligation is not None and report.obligation.waived_at is not None:
            raise Refused(f"这份报表已免报：{report.obligation.waived_reason}")
        if action == SUBMIT and (faults := submission_faults(report)):
            raise Invalid(by_cell(faults))

    def _refuse_locked(self, action: str, report: Report) -> None:
        hold_locks(report.indicator.plan_id)
        lock = standing_lock(plan_id=report.indicator.plan_id, period=report.period)
        if lock is not None:
            raise Refused(
                f"{lock.period.label}已由 {lock.locked_by} 锁定（{lock.reason}），锁定期间不能{WORDS[action]}"
            )

    def freeze(self, case: Case) -> dict[str, Any]:
        return freeze_report(_report(case))

    def done(self, action: str, case: Case, revision: Revision | None, by: User, reason: str) -> None:
        report = _report(case)
        if action == SUBMIT and report.obligation is not None:
            fulfil(report.obligation, by)
        elif action == ACCEPT and revision is not None:
            write_figures(report=report, content=revision.content, revision_no=revision.number, by=by)
        elif action == UNLOCK:
            tell_figures_changed(report=report)
        if action in (SEND_BACK, UNLOCK, WITHDRAW):
            _owe_again(report, by, action, reason)

    # Reading ------------------------------------------------------------------------------------------

    def headings(self, case_ids: Sequence[int]) -> dict[int, Heading]:
        return queries.headings(case_ids)

    def steps(self, rights: Rights) -> list[str]:
        found = [SIGN_OFF] if rights.sign_off else []
        found += [VERIFY] if rights.sign_off and queries.leads_anything(rights) else []
        return found + ([ACCEPT] if rights.accept else [])

    def queue(self, step: str, rights: Rights) -> QuerySet[Case]:
        if step == SEND_BACK:
            return queries.returned(rights)
        sources = {SIGN_OFF: queries.to_sign_off, VERIFY: queries.to_verify, ACCEPT: queries.to_accept}
        return sources[step](rights)

    def filters(self, rows: Sequence[tuple[Any, ...]], values: Mapping[str, str]) -> Filters:
        return queries.filters(rows, values)

    def narrow(self, cases: QuerySet[Case], values: Mapping[str, str]) -> QuerySet[Case]:
        return queries.narrow(cases, values)

    def links(self, rights: Rights) -> list[tuple[str, str]]:
        return [("月份锁定", reverse("reporting:lock-list"))] if rights.is_office else []

    def histories(self, case: Case) -> dict[str, list[Any]]:
        return queries.histories(_report(case))

    def sections(self, content: Mapping[str, Any]) -> list[Section]:
        sections = [
            Section("数据", tuple(_value_row(one, _asked(content)) for one in content.get("values", ()))),
            Section("清单", tuple(_answer_row(one) for one in content.get("answers", ()))),
            Section(
                "文字",
                tuple(
                    Row(f"t:{kind}", _WORDS_OF_TEXT.get(kind, kind), text)
                    for kind, text in _in_order(content.get("texts", {}))
                ),
                long=True,
            ),
            Section("附件", tuple(_file_row(one) for one in content.get("attachments", ()))),
        ]
        return [section for section in sections if section.rows]

    def doubts(self, content: Mapping[str, Any]) -> str:
        if content.get("checks"):
            return "有要求说明的数据"
        if any(one["answer"] == Answer.NOT_APPLICABLE for one in content.get("values", ())) or any(
            one["answer"] == ChecklistAnswer.Choice.NOT_APPLICABLE for one in content.get("answers", ())
        ):
            return "有“不适用”，要看理由"
        if any(one.get("explanation") for one in content.get("values", ())):
            return "有填报说明"
        return ""


def report_attachment_rights(rights: Rights, owner_id: int) -> bool:
    """Whether the person may see the files of this report: whoever may open the report."""
    return visible_reports(rights).filter(pk=owner_id).exists()


def _report(case: Case) -> Report:
    """The report of a case, read once for the case object at hand."""
    cached: Report | None = getattr(case, "_chuangmo_report", None)
    if cached is None:
        cached = Report.objects.select_related("indicator", "unit", "obligation").get(case=case.pk)
        case._chuangmo_report = cached  # type: ignore[attr-defined]
    cached.case = case
    return cached


def _is_running(report: Report) -> bool:
    """Figures of a period that is not over yet; what is due within its own period (a yearly task, drills by August) and
    what has no date isn't meant."""
    due_on = report.obligation.due_on if report.obligation is not None else None
    return due_on is not None and due_on > report.period_end >= clock.today()


def _owe_again(report: Report, by: User, action: str, reason: str) -> None:
    """What was handed in is open again: a return or unlocking in 2 working days (but never before the day on which it
    was due anyway), a withdrawal by its old date."""
    obligation = report.obligation
    if obligation is None:
        return
    due_on: date = work_calendar().add_working_days(clock.today(), RETURN_WORKING_DAYS)
    locks_on: date | None = None
    term_days: int | None = RETURN_WORKING_DAYS
    if obligation.due_on is not None and obligation.due_on > due_on:
        due_on, locks_on, term_days = obligation.due_on, obligation.locks_on, None
    if action == WITHDRAW and obligation.due_on is not None:
        due_on, locks_on, term_days = obligation.due_on, obligation.locks_on, None
    report.obligation = open_cycle(
        obligation,
        due_on=due_on,
        by=by,
        reason=reason or WORDS[action],
        locks_on=locks_on,
        term_days=term_days,
    )
    Report.objects.filter(pk=report.pk).update(obligation=report.obligation)


# Rows of a frozen report -------------------------------------------------------------------------------


def _value_row(one: Mapping[str, Any], asked: Mapping[str, tuple[str, ...]]) -> Row:
    answer = one["answer"]
    text = one["value"] if answer == Answer.VALUE else _WORDS_OF_ANSWER.get(answer, answer)
    if answer == Answer.NOT_APPLICABLE and one.get("reason"):
        text = f"{text}：{one['reason']}"
    site = one.get("site_name") or ""
    return Row(
        key=one["cell"],
        label=f"{one['name']} · {site}" if site else one["name"],
        text=_plain(text) if answer == Answer.VALUE else text,
        measure=one.get("measure") or "",
        number=one["value"] if answer == Answer.VALUE else None,
        note=one.get("explanation") or "",
        findings=asked.get(one["cell"], ()),
    )


def _plain(number: str) -> str:
    """A stored decimal without the zeros that only its column gives it."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def _asked(content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What the checks asked, by the cells that it concerns."""
    found: dict[str, tuple[str, ...]] = {}
    for check in content.get("checks", ()):
        for cell in check.get("cells") or [check.get("cell", "")]:
            found[cell] = (*found.get(cell, ()), check.get("message", ""))
    return found


def _answer_row(one: Mapping[str, Any]) -> Row:
    return Row(
        key=one["cell"],
        label=one["text"],
        text=_WORDS_OF_CHOICE.get(one["answer"], one["answer"]),
        note=one.get("note") or "",
    )


def _in_order(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(kind, texts[kind]) for kind in _WORDS_OF_TEXT if kind in texts]


def _file_row(one: Mapping[str, Any]) -> Row:
    return Row(
        key=f"a{one['id']}",
        label=one.get("kind") or "附件",
        text=one["name"],
        url=f"/files/{one['id']}/",
    )
