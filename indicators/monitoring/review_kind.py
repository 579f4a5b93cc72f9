"""How batches of readings go through the review (settings.REVIEW_KINDS): unit, lead, office; then they count."""

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
from chuangmo.errors import DomainError, Invalid, Refused
from chuangmo.jobs.services import Run, enqueue
from chuangmo.review.kinds import Filters, Heading, Owing
from chuangmo.review.models import Case, Revision
from chuangmo.review.rules import (
    ACCEPT,
    SEND_BACK,
    SIGN_OFF,
    STATE_OF_STEP,
    SUBMIT,
    VERIFY,
    WITHDRAW,
    WORDS,
    Row,
    Section,
)
from indicators.monitoring.models import Batch
from indicators.monitoring.queries import review as queries
from indicators.monitoring.rights import kinds_led, leading_units, may_bring, visible_batches
from indicators.monitoring.services.batches import check_batch, is_large, is_unchecked
from indicators.monitoring.services.loading import load_batch
from indicators.monitoring.services.sites import closed_days
from indicators.plan.models import Plan
from indicators.reporting.services.locks import hold_locks

_PERMISSIONS = {SUBMIT: REPORT, SIGN_OFF: SIGN_OFF_FOR, VERIFY: SIGN_OFF_FOR, ACCEPT: ACCEPT_FOR}


class ReadingsReview:
    """The chain of domain.md §6 for readings; see `chuangmo.review.kinds.Kind` for what each method is asked.

    There is no unlocking: an accepted reading is corrected by a later batch that says why.
    """

    name = queries.KIND
    label = "监测数据"
    filter_columns = queries.FILTER_COLUMNS

    # Who ----------------------------------------------------------------------------------------------

    def may(self, action: str, rights: Rights, case: Case) -> bool:
        batch = _batch(case)
        if action in (SUBMIT, WITHDRAW):
            return may_bring(rights, batch)
        if rights.user.pk in (case.submitted_by_id, batch.created_by_id):
            return False
        if action == SIGN_OFF:
            return rights.may("sign_off", case.unit_id)
        if action == VERIFY:
            return bool(leading_units(batch.kind, rights.on) & rights.sign_off)
        return action == ACCEPT and rights.may("accept", case.unit_id)

    def can_see(self, rights: Rights, case: Case) -> bool:
        return visible_batches(rights).filter(case=case.pk).exists()

    def people(self, action: str, case: Case) -> list[int]:
        """As `may` decides, from the unit's side: who brought or handed in the readings doesn't check them."""
        batch = _batch(case)
        units = leading_units(batch.kind, clock.today()) if action == VERIFY else {case.unit_id}
        found = {user_id for people in who_may(_PERMISSIONS[action], units).values() for user_id in people}
        if action in STATE_OF_STEP:
            found -= {case.submitted_by_id, batch.created_by_id}
        return sorted(found)

    def due_on(self, case: Case) -> date | None:
        """Readings have no day of their own."""
        return None

    def acting_unit_id(self, action: str, rights: Rights, case: Case) -> int | None:
        step = (
            {"signed_off": VERIFY, "verified": ACCEPT}.get(case.state, "") if action == SEND_BACK else action
        )
        if step == VERIFY:
            return min(leading_units(_batch(case).kind, rights.on) & rights.sign_off, default=None)
        if step == ACCEPT:
            return office_unit_id(rights)
        return case.unit_id

    def owing(self, cases: Sequence[Case]) -> dict[int, Owing]:
        return queries.owing(cases)

    def skip_reason(self, step: str, case: Case) -> str:
        if step == SIGN_OFF and not case.unit.own_review:
            return "本单位已关闭单位审核"
        if step == VERIFY:
            leads = leading_units(_batch(case).kind, clock.today())
            if case.unit_id in leads:
                return "牵头单位自己的监测数据，不再经牵头核定"
            if not leads:
                return "没有牵头单位"
        return ""

    # What ---------------------------------------------------------------------------------------------

    def check(self, action: str, case: Case) -> None:
        batch = _batch(case)
        if action == SUBMIT:
            _require_sound(batch)
        if action in (SUBMIT, ACCEPT):
            _refuse_locked(batch, action)

    def freeze(self, case: Case) -> dict[str, Any]:
        batch = _batch(case)
        facts = {name: value for name, value in batch.facts.items() if name not in ("faults", "checked_at")}
        return {
            "batch": batch.pk,
            "kind": batch.kind,
            "kind_label": batch.get_kind_display(),
            "file": {"name": batch.name, "sha256": batch.file.sha256, "size": batch.file.size},
            "span": queries.span_words(batch),
            "reason": batch.reason,
            **facts,
        }

    def done(self, action: str, case: Case, revision: Revision | None, by: User, reason: str) -> None:
        if action != ACCEPT:
            return
        batch = _batch(case)
        Batch.objects.filter(pk=batch.pk).update(accepted_by=by)
        batch.accepted_by = by
        if is_large(batch):
            enqueue("monitoring.load", key=str(batch.pk), args={"batch_id": batch.pk}, by=by)
        else:
            load_batch(batch)

    # Reading ------------------------------------------------------------------------------------------

    def headings(self, case_ids: Sequence[int]) -> dict[int, Heading]:
        return queries.headings(case_ids)

    def steps(self, rights: Rights) -> list[str]:
        found = [SIGN_OFF] if rights.sign_off else []
        found += [VERIFY] if kinds_led(rights.sign_off, rights.on) else []
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
        return [("监测批次", reverse("monitoring:batch-list"))]

    def sections(self, content: Mapping[str, Any]) -> list[Section]:
        file = content.get("file", {})
        about = [
            Row("b:kind", "种类", content.get("kind_label", "")),
            Row("b:file", "文件", file.get("name", ""), note=f"SHA-256 {file.get('sha256', '')[:16]}…"),
            Row("b:span", "时间范围", content.get("span", "")),
            _count("b:count", "数据条数", content.get("count")),
            _count("b:fresh", "新增", content.get("fresh")),
            _count("b:unchanged", "与现有相同", content.get("unchanged")),
            _count("b:corrected", "更正", content.get("corrected")),
        ]
        if content.get("reason"):
            about.append(Row("b:reason", "更正原因", content["reason"]))
        sections = [
            Section("概况", tuple(about)),
            Section(
                "更正",
                tuple(
                    Row(
                        f"k:{one['site']}:{one['when']}"[:40],
                        f"{one['site']} {one['when']}",
                        f"{one['before']} → {one['after']}",
                    )
                    for one in content.get("corrections", ())
                ),
            ),
            Section(
                "点位",
                tuple(
                    Row(
                        f"p:{one['name']}"[:40],
                        one["name"],
                        f"{one['count']} 条，{one['first']} 至 {one['last']}",
                        note=one.get("values", ""),
                    )
                    for one in content.get("sites", ())
                ),
            ),
            Section(
                "数据" if len(content.get("lines", ())) == content.get("count") else "前几条",
                tuple(
                    Row(f"r:{at}", f"{one['site']} {one['when']}", one["text"])
                    for at, one in enumerate(content.get("lines", ()))
                ),
            ),
        ]
        return [section for section in sections if section.rows]

    def doubts(self, content: Mapping[str, Any]) -> str:
        return "有更正，要看原因" if content.get("corrected") else ""

    def histories(self, case: Case) -> dict[str, list[Any]]:
        return {}


def load_job(run: Run, *, batch_id: int) -> dict[str, Any] | None:
    """The loading of a large accepted batch as a job (settings.JOB_KINDS); done before or gone: ends quietly."""
    batch = Batch.objects.select_related("file", "accepted_by").filter(pk=batch_id).first()
    if batch is None or batch.loaded_at is not None:
        return None
    run.progress(0, 1, "正在入库")
    try:
        read = load_batch(batch)
    except (
        DomainError
    ) as refused:  # a month was locked meanwhile, another batch came first: people have to decide
        Batch.objects.filter(pk=batch.pk).update(facts={**batch.facts, "load_error": str(refused)[:500]})
        return {"error": str(refused)}
    return None if read is None else {"fresh": len(read.fresh), "corrected": len(read.corrections)}


def _batch(case: Case) -> Batch:
    """The batch of a case, read once for the case object at hand."""
    cached: Batch | None = getattr(case, "_chuangmo_batch", None)
    if cached is None:
        cached = Batch.objects.select_related("unit", "file").get(case=case.pk)
        case._chuangmo_batch = cached  # type: ignore[attr-defined]
    cached.case = case
    return cached


def _require_sound(batch: Batch) -> None:
    """A small file is read again; a large one was by its job, and is when it is loaded."""
    if is_unchecked(batch) and is_large(batch):
        raise Refused("文件还在核对，请稍后再提交")
    if not is_large(batch):
        check_batch(batch)
    facts = batch.facts
    if facts["fault_count"]:
        raise Invalid({"file": f"文件还有 {facts['fault_count']} 处错误，改好再导入"})
    if not facts["fresh"] and not facts["corrected"]:
        raise Invalid({"file": "文件里的数据与已入库的完全相同，不必再提交"})
    if facts["corrected"] and not batch.reason:
        raise Invalid({"reason": f"有 {facts['corrected']} 条更正已入库的数据，请先写明更正原因"})


def _refuse_locked(batch: Batch, action: str) -> None:
    if batch.first_day is None or batch.last_day is None:
        return
    plan = Plan.objects.filter(is_current=True).only("pk").first()
    if plan is not None:
        hold_locks(plan.pk)
    for lock in closed_days():
        if lock.start <= batch.last_day and lock.end >= batch.first_day:
            raise Refused(f"{lock.why}，不能{WORDS[action]}")


def _count(key: str, label: str, number: int | None) -> Row:
    return Row(key, label, "" if number is None else f"{number:,}".replace(",", "\u2009"), measure="条")
