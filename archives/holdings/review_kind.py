"""How offered material goes through the review (settings.REVIEW_KINDS) and who may read its files (ATTACHMENT_OWNERS).

The chain is that of reports: the unit's reviewer, the unit that leads the main indicator, the steering office, which gives
the archive number. What was taken over from something accepted has been checked by the first two already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from archives.holdings.models import Piece
from archives.holdings.queries import review as queries
from archives.holdings.queries.slots import MATERIAL
from archives.holdings.rights import (
    leading_units,
    may_accept,
    may_offer,
    may_sign_off,
    may_verify,
    visible_to,
)
from archives.holdings.rules.faults import doubts_of
from archives.holdings.services.acceptance import freeze_piece, last_version, submission_faults, take_in
from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import Rights, office_unit_id, who_may
from chuangmo.access.rules import ACCEPT as ACCEPT_FOR
from chuangmo.access.rules import REPORT
from chuangmo.access.rules import SIGN_OFF as SIGN_OFF_FOR
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.rules import RETURN_WORKING_DAYS
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
    Row,
    Section,
)
from chuangmo.shell.display import file_size
from chuangmo.workcalendar.queries import work_calendar
from indicators.plan.models import Assignment, AssignmentRole

_PERMISSIONS = {SUBMIT: REPORT, SIGN_OFF: SIGN_OFF_FOR, VERIFY: SIGN_OFF_FOR, ACCEPT: ACCEPT_FOR}
_CHECKING = frozenset({SIGN_OFF, VERIFY, ACCEPT})
_FACTS = (
    ("title", "题名"),
    ("kind", "资料种类"),
    ("document_number", "文号"),
    ("issuer", "责任者"),
    ("dated_on", "文件日期"),
    ("pages", "页数"),
    ("signed_page", "签字盖章页"),
    ("note", "附注"),
)


class PieceReview:
    """The chain for pieces; see `chuangmo.review.kinds.Kind` for what each method is asked."""

    name = queries.KIND
    label = "归档材料"
    filter_columns = queries.FILTER_COLUMNS

    # Who ----------------------------------------------------------------------------------------------

    def may(self, action: str, rights: Rights, case: Case) -> bool:
        piece = _piece(case)
        if action in (SUBMIT, WITHDRAW):
            return may_offer(rights, piece.unit_id)
        allowed = {SIGN_OFF: may_sign_off, VERIFY: may_verify, ACCEPT: may_accept, UNLOCK: may_accept}[action]
        return rights.user.pk not in (case.submitted_by_id, piece.updated_by_id) and allowed(rights, piece)

    def can_see(self, rights: Rights, case: Case) -> bool:
        return visible_to(rights).filter(case=case.pk).exists()

    def people(self, action: str, case: Case) -> list[int]:
        """As `may` decides, from the unit's side: who wrote or handed in the piece doesn't check it."""
        piece = _piece(case)
        unit_ids = set(_lead_ids(piece)) if action == VERIFY else {case.unit_id}
        found = {user for people in who_may(_PERMISSIONS[action], unit_ids).values() for user in people}
        if action in _CHECKING:
            found -= {case.submitted_by_id, piece.updated_by_id}
        return sorted(found)

    def due_on(self, case: Case) -> date | None:
        """A returned piece comes back in two working days, but never before its material is due anyway."""
        piece = _piece(case)
        due = (
            Obligation.objects.open()
            .filter(
                kind=MATERIAL,
                subject_kind=MATERIAL,
                subject_id__in=piece.requirements.values("pk"),
                unit=piece.unit_id,
                due_on__isnull=False,
            )
            .order_by("due_on")
            .values_list("due_on", flat=True)
            .first()
        )
        soon = work_calendar().add_working_days(clock.today(), RETURN_WORKING_DAYS)
        return due if due is not None and due > soon else soon

    def owing(self, cases: Sequence[Case]) -> dict[int, Owing]:
        return queries.owing(cases)

    def acting_unit_id(self, action: str, rights: Rights, case: Case) -> int | None:
        step = (
            {"signed_off": VERIFY, "verified": ACCEPT}.get(case.state, "") if action == SEND_BACK else action
        )
        if step == VERIFY:
            return next(iter(sorted(leading_units(_piece(case), rights) & rights.sign_off)), None)
        if step in (ACCEPT, UNLOCK):
            return office_unit_id(rights)
        return case.unit_id

    def skip_reason(self, step: str, case: Case) -> str:
        piece = _piece(case)
        if step in (SIGN_OFF, VERIFY):
            version = last_version(piece)
            if version is not None and version.origin_kind:
                return f"文件取自已审定的{version.origin_label}，已经过审核"
        if step == SIGN_OFF and not case.unit.own_review:
            return "本单位已关闭单位审核"
        if step == VERIFY:
            leads = _lead_ids(piece)
            if piece.unit_id in leads:
                return "牵头单位自己的材料，不再经牵头单位核定"
            if not leads:
                return "这项指标没有牵头单位"
        return ""

    # What ---------------------------------------------------------------------------------------------

    def check(self, action: str, case: Case) -> None:
        piece = _piece(case)
        if piece.discarded_at is not None:
            raise Refused("这份材料已作废")
        if action == SUBMIT and (faults := submission_faults(piece)):
            raise Invalid(faults)

    def freeze(self, case: Case) -> dict[str, Any]:
        return freeze_piece(_piece(case))

    def done(self, action: str, case: Case, revision: Revision | None, by: User, reason: str) -> None:
        if action == ACCEPT and revision is not None:
            take_in(_piece(case), revision.content, revision.number, by)

    # Reading ------------------------------------------------------------------------------------------

    def headings(self, case_ids: Sequence[int]) -> dict[int, Heading]:
        return queries.headings(case_ids)

    def steps(self, rights: Rights) -> list[str]:
        found = [SIGN_OFF] if rights.sign_off else []
        found += [VERIFY] if queries.leads_anything(rights) else []
        return found + ([ACCEPT] if rights.accept else [])

    def queue(self, step: str, rights: Rights) -> QuerySet[Case]:
        if step == SEND_BACK:
            return queries.returned(rights)
        if step == SIGN_OFF:
            return queries.queue(State.SUBMITTED, rights, unit__in=rights.sign_off)
        if step == VERIFY:
            return queries.to_verify(rights)
        return queries.queue(State.VERIFIED, rights, unit__in=rights.accept)

    def filters(self, rows: Sequence[tuple[Any, ...]], values: Mapping[str, str]) -> Filters:
        return queries.filters(rows, values)

    def narrow(self, cases: QuerySet[Case], values: Mapping[str, str]) -> QuerySet[Case]:
        return queries.narrow(cases, values)

    def links(self, rights: Rights) -> list[tuple[str, str]]:
        return []

    def histories(self, case: Case) -> dict[str, list[Any]]:
        return {}

    def doubts(self, content: Mapping[str, Any]) -> str:
        return doubts_of(content)

    def sections(self, content: Mapping[str, Any]) -> list[Section]:
        first, last = content["first_year"], content["year"]
        years = f"{last} 年" if first == last else f"{first}—{last} 年"
        facts = [Row(f"f:{name}", label, str(content[name])) for name, label in _FACTS if content.get(name)]
        facts.insert(2, Row("f:year", "证明的年度", years))
        proves = [Row(f"i:{number}", f"指标 {number}", name) for number, name in content["indicators"]]
        answers = [
            Row(f"r:{one['code']}", f"指标 {one['indicator']}", one["name"])
            for one in content["requirements"]
        ]
        version = content["version"]
        file = Row(
            "file",
            f"第 {version['number']} 版",
            f"{version['name']}（{file_size(version['size'])}）",
            note=f"取自{version['origin']}" if version["origin"] else "",
            url=f"/files/{version['attachment']}/",
        )
        sections = [
            Section("文件", (file,)),
            Section("材料", tuple(facts)),
            Section("证明的指标", tuple(proves)),
            Section("对应的归档要求", tuple(answers)),
        ]
        return [section for section in sections if section.rows]


def piece_attachment_rights(rights: Rights, owner_id: int) -> bool:
    """Whether the person may read the files of this piece: whoever may see the piece."""
    return visible_to(rights).filter(pk=owner_id).exists()


def _piece(case: Case) -> Piece:
    """The piece of a case, read once for the case object at hand."""
    cached: Piece | None = getattr(case, "_chuangmo_piece", None)
    if cached is None:
        cached = Piece.objects.select_related("unit", "plan", "indicator").get(case=case.pk)
        case._chuangmo_piece = cached  # type: ignore[attr-defined]
    cached.case = case
    return cached


def _lead_ids(piece: Piece) -> list[int]:
    rows = Assignment.objects.valid(clock.today()).filter(
        indicator=piece.indicator_id, role=AssignmentRole.LEAD
    )
    return sorted(rows.values_list("unit_id", flat=True))
