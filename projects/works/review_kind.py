"""How a month's progress goes through the review (settings.REVIEW_KINDS) and who may see its pictures (ATTACHMENT_OWNERS).

The chain is that of reports: the owner's reviewer, the line bureau in place of a lead unit, the steering office.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import Rights, office_unit_id, who_may
from chuangmo.access.rules import ACCEPT as ACCEPT_FOR
from chuangmo.access.rules import REPORT
from chuangmo.access.rules import SIGN_OFF as SIGN_OFF_FOR
from chuangmo.deadlines.rules import RETURN_WORKING_DAYS
from chuangmo.deadlines.services import fulfil, open_cycle
from chuangmo.errors import Invalid, Refused
from chuangmo.review.kinds import Filters, Heading, Owing
from chuangmo.review.models import Case, Revision, State
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
from projects.works.models import Progress
from projects.works.queries import review as queries
from projects.works.rights import may_accept, may_report, may_sign_off, may_verify, visible_projects
from projects.works.services.acceptance import freeze_progress, submission_faults, write_figures

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
_TEXTS = {"work": "本月进展", "problems": "存在问题", "coordination": "需要协调", "next_plan": "下月计划"}


class ProgressReview:
    """The chain of domain.md §6 for months' progress; see `chuangmo.review.kinds.Kind` for what each method is asked."""

    name = queries.KIND
    label = "工程进度"
    filter_columns = queries.FILTER_COLUMNS

    # Who ----------------------------------------------------------------------------------------------

    def may(self, action: str, rights: Rights, case: Case) -> bool:
        progress = _progress(case)
        if not _PREDICATES[action](rights, progress.project):
            return False
        mine = rights.user.pk in (case.submitted_by_id, progress.updated_by_id)
        return not mine or action in (SUBMIT, WITHDRAW)

    def can_see(self, rights: Rights, case: Case) -> bool:
        return visible_projects(rights).filter(progress__case=case.pk).exists()

    def people(self, action: str, case: Case) -> list[int]:
        """As `may` decides, from the unit's side: who wrote or handed in the progress doesn't check it."""
        progress = _progress(case)
        unit_id = progress.project.bureau_id if action == VERIFY else case.unit_id
        found = {user for people in who_may(_PERMISSIONS[action], {unit_id}).values() for user in people}
        if action in _CHECKING:
            found -= {case.submitted_by_id, progress.updated_by_id}
        return sorted(found)

    def due_on(self, case: Case) -> date | None:
        obligation = _progress(case).obligation
        return obligation.due_on if obligation is not None else None

    def owing(self, cases: Sequence[Case]) -> dict[int, Owing]:
        return queries.owing(cases)

    def acting_unit_id(self, action: str, rights: Rights, case: Case) -> int | None:
        step = (
            {"signed_off": VERIFY, "verified": ACCEPT}.get(case.state, "") if action == SEND_BACK else action
        )
        if step == VERIFY:
            return _progress(case).project.bureau_id
        if step in (ACCEPT, UNLOCK):
            return office_unit_id(rights)
        return case.unit_id

    def skip_reason(self, step: str, case: Case) -> str:
        if step == SIGN_OFF and not case.unit.own_review:
            return "本单位已关闭单位审核"
        if step == VERIFY and _progress(case).project.bureau_id == case.unit_id:
            return "主管部门自己的工程，不再经主管部门核定"
        return ""

    # What ---------------------------------------------------------------------------------------------

    def check(self, action: str, case: Case) -> None:
        progress = _progress(case)
        if action != SUBMIT:
            return
        if progress.period_end >= clock.today():
            raise Refused(f"{progress.period.label}还没有结束，现在可以先填，结束以后再提交")
        if faults := submission_faults(progress):
            raise Invalid(faults)

    def freeze(self, case: Case) -> dict[str, Any]:
        return freeze_progress(_progress(case))

    def done(self, action: str, case: Case, revision: Revision | None, by: User, reason: str) -> None:
        progress = _progress(case)
        if action == SUBMIT and progress.obligation is not None:
            fulfil(progress.obligation, by)
        elif action == ACCEPT and revision is not None:
            write_figures(progress, revision.content)
        if action in (SEND_BACK, UNLOCK, WITHDRAW):
            _owe_again(progress, by, action, reason)

    # Reading ------------------------------------------------------------------------------------------

    def headings(self, case_ids: Sequence[int]) -> dict[int, Heading]:
        return queries.headings(case_ids)

    def steps(self, rights: Rights) -> list[str]:
        found = [SIGN_OFF] if rights.sign_off and queries.owns_anything(rights) else []
        found += [VERIFY] if rights.sign_off and queries.oversees_anything(rights) else []
        return found + ([ACCEPT] if rights.accept else [])

    def queue(self, step: str, rights: Rights) -> QuerySet[Case]:
        if step == SEND_BACK:
            return queries.returned(rights)
        state, condition = {
            SIGN_OFF: (State.SUBMITTED, {"unit__in": rights.sign_off}),
            VERIFY: (State.SIGNED_OFF, {"progress__project__bureau__in": rights.sign_off}),
            ACCEPT: (State.VERIFIED, {"unit__in": rights.accept}),
        }[step]
        return queries.queue(state, rights, condition)

    def filters(self, rows: Sequence[tuple[Any, ...]], values: Mapping[str, str]) -> Filters:
        return queries.filters(rows, values)

    def narrow(self, cases: QuerySet[Case], values: Mapping[str, str]) -> QuerySet[Case]:
        return queries.narrow(cases, values)

    def links(self, rights: Rights) -> list[tuple[str, str]]:
        return []

    def histories(self, case: Case) -> dict[str, list[Any]]:
        return {}

    def sections(self, content: Mapping[str, Any]) -> list[Section]:
        texts = dict(content.get("texts", {}))
        if content.get("coordinator"):
            texts["coordination"] = f"需要{content['coordinator']}协调：{texts.get('coordination', '')}"
        sections = [
            Section("阶段进度", tuple(_stage_row(one) for one in content.get("stages", ()))),
            Section("资金", tuple(_money_row(one) for one in content.get("money", ()))),
            Section(
                "文字",
                tuple(
                    Row(f"t:{name}", label, texts[name]) for name, label in _TEXTS.items() if texts.get(name)
                ),
                long=True,
            ),
            Section("照片", tuple(_picture_row(one) for one in content.get("pictures", ()))),
        ]
        return [section for section in sections if section.rows]

    def doubts(self, content: Mapping[str, Any]) -> str:
        if any(one.get("reason") for one in content.get("stages", ())):
            return "有进度倒退"
        if content.get("coordinator"):
            return "有问题需要协调"
        if any(not one["from_exif"] for one in content.get("pictures", ())):
            return "有照片没有拍摄信息"
        if not content.get("pictures"):
            return "没有照片"
        return ""


def progress_attachment_rights(rights: Rights, owner_id: int) -> bool:
    """Whether the person may see the pictures of this progress: whoever may see the project."""
    return visible_projects(rights).filter(progress=owner_id).exists()


def _progress(case: Case) -> Progress:
    """The progress of a case, read once for the case object at hand."""
    cached: Progress | None = getattr(case, "_chuangmo_progress", None)
    if cached is None:
        cached = Progress.objects.select_related("project", "obligation", "coordinator").get(case=case.pk)
        case._chuangmo_progress = cached  # type: ignore[attr-defined]
    cached.case = case
    return cached


def _owe_again(progress: Progress, by: User, action: str, reason: str) -> None:
    """What was handed in is open again: in 2 working days, but never before the day on which it was due anyway."""
    obligation = progress.obligation
    if obligation is None:
        return
    due_on: date = work_calendar().add_working_days(clock.today(), RETURN_WORKING_DAYS)
    term_days: int | None = RETURN_WORKING_DAYS
    if obligation.due_on is not None and (action == WITHDRAW or obligation.due_on > due_on):
        due_on, term_days = obligation.due_on, None
    progress.obligation = open_cycle(
        obligation, due_on=due_on, by=by, reason=reason or WORDS[action], term_days=term_days
    )
    Progress.objects.filter(pk=progress.pk).update(obligation=progress.obligation)


def _stage_row(one: Mapping[str, Any]) -> Row:
    days = "—".join(day or "" for day in (one.get("started_on"), one.get("finished_on")))
    before = one.get("before")
    note = f"上次 {before}%" if before is not None else ""
    if one.get("reason"):
        note = f"{note}，{one['reason']}".lstrip("，")
    text = f"{one['percent']}%" + (f"（{days}）" if days != "—" else "")
    return Row(f"s:{one['code']}", one["name"], text, note=note)


def _money_row(one: Mapping[str, Any]) -> Row:
    text = f"到位 {_plain(one['arrived'])}，支付 {_plain(one['paid'])}"
    return Row(f"m:{one['source']}", one["name"], text, measure="万元")


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def _picture_row(one: Mapping[str, Any]) -> Row:
    mark = "" if one["from_exif"] else "（无拍摄信息）"
    label = f"{one['taken_on']}{mark} {one.get('caption') or ''}".strip()
    return Row(f"p:{one['id']}", label, one["name"], url=f"/files/{one['attachment']}/")
