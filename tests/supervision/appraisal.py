"""Scores, letters and circulars of the cast in every state that the access table asks for, made without the services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chuangmo.access.models import Membership
from chuangmo.period_fields import period_columns
from chuangmo.periods import month
from supervision.bulletins.models import Bulletin, BulletinBlock
from supervision.letters.models import Letter, LetterBlock, LetterVersion
from supervision.morning.models import Look
from supervision.scores.models import (
    Adjustment,
    Correction,
    Objection,
    PartScore,
    RankGroup,
    ScorePart,
    ScoreRound,
    ScoreRow,
    UnitScore,
)
from tests.factories import Cast

RULES = {
    "places": 2,
    "bonus_limit": "5",
    "objection_days": 5,
    "year_method": "mean",
    "year_min_months": 1,
    "shares": {},
    "groups": {"county": "县区、开发区"},
}
BLOCKS = [{"code": "opening", "title": "总则", "text": "按时办结。", "facts": "", "rows": ""}]


def make_round(cast: Cast, number: int, state: str, **dates: date) -> ScoreRound:
    """A month in which only the cast's county has a score: one row lost of two."""
    one = ScoreRound.objects.create(
        plan=cast.plan,
        state=state,
        parts=[{"code": "reports", "name": "数据按时报送", "weight": "100", "source": ""}],
        rules=RULES,
        computed_at=timezone.now(),
        computed_by=cast.office,
        **period_columns(month(2017, number)),
        **dates,
    )
    score = UnitScore.objects.create(
        round=one, unit=cast.county, group="县区、开发区", total=Decimal(50), base=Decimal(50), rank=1
    )
    part = PartScore.objects.create(unit_score=score, code="reports", weight=Decimal(100))
    for order, (label, share) in enumerate((("甲", 1), ("乙", 0))):
        ScoreRow.objects.create(part=part, label=label, share=share, order=order)
    return one


@dataclass
class Appraisal:
    """The cast's county is scored; March is final, February's objection period is over, April a draft, May is shown."""

    cast: Cast
    rounds: dict[int, ScoreRound] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cast = self.cast
        ScorePart.objects.create(
            code="reports",
            name="数据按时报送",
            weight=100,
            source="supervision.scores.parts.on_time.reports_on_time",
        )
        RankGroup.objects.create(kind="county", name="县区、开发区")
        over = {"shown_on": date(2017, 5, 2), "objections_until": date(2017, 5, 9)}
        now = {"shown_on": date(2017, 6, 6), "objections_until": date(2017, 6, 13)}
        self.rounds = {
            2: make_round(cast, 2, "shown", **over),
            3: make_round(cast, 3, "final", **over, final_on=date(2017, 5, 12)),
            4: make_round(cast, 4, "draft"),
            5: make_round(cast, 5, "shown", **now),
        }
        may, march = (UnitScore.objects.get(round=self.rounds[number]) for number in (5, 3))
        self.row = ScoreRow.objects.get(part__unit_score=may, label="乙")
        self.objection = Objection.objects.create(unit_score=may, text="停机", by=cast.owner)
        self.adjustment = Adjustment.objects.create(
            round=may.round, unit=cast.county, points=1, reason="好", by=cast.office
        )
        self.correction = Correction.objects.create(
            unit_score=march, changes=[], digest="0", why="撤销审定", found_at=timezone.now()
        )
        LetterBlock.objects.create(code="opening", title="总则", text="{unit}")
        issued = {
            "state": "issued",
            "paper_year": 2017,
            "paper_number": 1,
            "document_number": "水创责〔2017〕1号",
            "issued_on": date(2017, 3, 1),
            "issued_by": cast.office,
        }
        self.letter = self._letter(cast.county, **issued)
        self.letter_draft = self._letter(cast.other_county)
        BulletinBlock.objects.create(kind="late", code="opening", text="截至{day}")
        Membership.objects.filter(user=cast.observer).update(is_leader=True)
        sent = {"proposed_by": cast.office, "proposed_at": timezone.now(), "approver": cast.observer}
        self.issued = self._bulletin(
            state="issued",
            number=99,
            year=2017,
            issued_on=date(2017, 6, 1),
            document_number="水创通〔2017〕1号",
            **sent,
        )
        self.draft = self._bulletin()
        self.proposed = self._bulletin(state="proposed", **sent)

    def _letter(self, unit, **more: Any) -> LetterVersion:
        letter = Letter.objects.create(plan=self.cast.plan, unit=unit, office=self.cast.city_office)
        return LetterVersion.objects.create(
            letter=letter, number=1, blocks=BLOCKS, facts={}, made_by=self.cast.office, **more
        )

    def _bulletin(self, **more: Any) -> Bulletin:
        one = Bulletin.objects.create(
            plan=self.cast.plan,
            office=self.cast.city_office,
            kind="late",
            as_of=date(2017, 6, 6),
            title="关于逾期事项的通报",
            addressee="各单位",
            blocks=BLOCKS,
            rows={},
            made_by=self.cast.office,
            **more,
        )
        one.recipients.add(self.cast.county)
        return one

    def addresses(self) -> dict[str, dict[str, Any]]:
        plan, unit = {"plan": "2017"}, {"unit_id": self.cast.county.pk}
        may = {**plan, "period": "2017-05"}
        return {
            "scores:current": {},
            "scores:mine": {},
            "scores:list": plan,
            "scores:compute": plan,
            "scores:recheck": plan,
            "scores:round": may,
            "scores:show": {**plan, "period": "2017-04"},
            "scores:finish": {**plan, "period": "2017-02"},
            "scores:unit": {**may, **unit},
            "scores:object": {**may, **unit},
            "scores:adjust": {**may, **unit},
            "scores:withdraw": {"adjustment_id": self.adjustment.pk},
            "scores:decide": {"objection_id": self.objection.pk},
            "scores:correct": {"correction_id": self.correction.pk},
            "letters:list": {},
            "letters:draft": {},
            "letters:show": {"letter_id": self.letter.letter_id},
            "letters:revise": {"letter_id": self.letter.letter_id},
            **{
                f"letters:{name}": {"version_id": self.letter_draft.pk} for name in ("edit", "facts", "issue")
            },
            **{f"letters:{name}": {"version_id": self.letter.pk} for name in ("sign", "pdf", "docx")},
            "bulletins:list": {},
            "bulletins:draft": {},
            **{
                f"bulletins:{name}": {"bulletin_id": self.issued.pk}
                for name in ("show", "pdf", "docx", "cancel")
            },
            **{
                f"bulletins:{name}": {"bulletin_id": self.draft.pk}
                for name in ("edit", "rows", "drop", "propose")
            },
            **{f"bulletins:{name}": {"bulletin_id": self.proposed.pk} for name in ("return", "issue")},
            "morning:show": {},
            "morning:looked": {},
        }

    def bodies(self) -> dict[str, dict[str, Any]]:
        """What is posted: always something that whoever has the right succeeds with."""
        return {
            "scores:compute": {"period": "2017-01"},
            "scores:show": {"version": 0},
            "scores:finish": {"version": 0},
            "scores:object": {"row": self.row.pk, "text": "当天已报"},
            "scores:adjust": {"points": "1", "reason": "又一件好事"},
            "scores:decide": {"upheld": "no", "decision": "证据不足"},
            "scores:correct": {"confirmed": "no", "reason": "月底时已达标"},
            "letters:revise": {"reason": "职责调整"},
            "letters:edit": {"edit": 0, "title:opening": "总则", "text:opening": "新的文字"},
            "letters:facts": {"edit": 0},
            "letters:issue": {"edit": 0},
            "letters:sign": {
                "file": SimpleUploadedFile("签字.pdf", b"%PDF-1.4\n%%EOF\n"),
                "signer": "李区长",
                "signed_on": "2017-03-05",
            },
            "bulletins:draft": {"kind": "late"},
            "bulletins:edit": {
                "edit": 0,
                "title": "新标题",
                "addressee": "各单位",
                "recipients": [self.cast.county.pk],
                "title:opening": "",
                "text:opening": "新的文字",
            },
            "bulletins:propose": {"edit": 0, "approver": self.cast.observer.pk},
            **{
                f"bulletins:{name}": {"edit": 0, "reason": "请补充"}
                for name in ("rows", "drop", "return", "issue", "cancel")
            },
            "morning:looked": {},
        }

    def fingerprint(self) -> dict[str, Any]:
        return {
            "rounds": list(ScoreRound.objects.order_by("pk").values("pk", "state", "version")),
            "objections": list(Objection.objects.order_by("pk").values("pk", "state")),
            "corrections": list(Correction.objects.order_by("pk").values("pk", "state", "digest")),
            "letters": list(LetterVersion.objects.order_by("pk").values("pk", "state", "edit")),
            "bulletins": list(Bulletin.objects.order_by("pk").values("pk", "state", "edit")),
            "looks": Look.objects.count(),
        }
