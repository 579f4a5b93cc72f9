"""Making letters from what each unit has to do, and editing their wording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import office_unit_id
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Installation, Unit
from chuangmo.org.queries import names_on
from indicators.plan.models import Plan
from supervision.gate import require_office
from supervision.letters.models import Letter, LetterBlock, LetterVersion, VersionState
from supervision.letters.queries.facts import Facts, facts_of, units_with_duties
from supervision.letters.rules.wording import filled
from supervision.letters.services.permission import found_version, note

__all__ = ["draft_letters", "refresh_facts", "revise_letter", "save_blocks"]

TEXT = 4000


@transaction.atomic
def draft_letters(*, by: User, plan: Plan) -> list[LetterVersion]:
    """A first draft for every unit that has something to do and no letter yet; none is made twice."""
    rights = require_office(by, "起草责任书")
    Plan.objects.select_for_update().get(pk=plan.pk)  # two officers at once: one after the other
    today = clock.today()
    known = set(Letter.objects.filter(plan=plan).values_list("unit_id", flat=True))
    units = [unit for unit in units_with_duties(plan, today) if unit.pk not in known]
    blocks = list(LetterBlock.objects.filter(is_active=True))
    if units and not blocks:
        raise Refused("还没有责任书文字，请管理员在“责任书文字”里设置")
    facts = facts_of(plan, [unit.pk for unit in units], today)
    names = names_on(units, today)
    office = Unit.objects.get(pk=office_unit_id(rights) or 0)
    letters = Letter.objects.bulk_create([Letter(plan=plan, unit=unit, office=office) for unit in units])
    made = LetterVersion.objects.bulk_create(
        [
            LetterVersion(
                letter=letter,
                number=1,
                blocks=_blocks(blocks, letter, names[letter.unit_id], facts[letter.unit_id]),
                facts=facts[letter.unit_id],
                made_by=by,
            )
            for letter in letters
        ]
    )
    for version in made:
        note(version, by, "起草责任书")
    return made


def _blocks(blocks: list[LetterBlock], letter: Letter, unit: str, facts: Facts) -> list[dict[str, str]]:
    values = {
        "unit": unit,
        "year": letter.plan.year,
        "city": Installation.current().city,
        "office": letter.office.name,
        **{name: len(rows) for name, rows in facts.items()},
    }
    return [
        {"code": one.code, "title": one.title, "text": filled(one.text, values), "facts": one.facts}
        for one in blocks
        if not one.facts or facts[one.facts]
    ]


@transaction.atomic
def revise_letter(*, by: User, letter_id: int, reason: str) -> LetterVersion:
    """A new draft beside the version in force, with its wording and the facts of today; one at a time."""
    require_office(by, "修订责任书")
    letter = Letter.objects.select_related("plan", "unit", "office").filter(pk=letter_id).first()
    if letter is None:
        raise Refused("没有这份责任书")
    plain = reason.strip()
    if not plain or len(plain) > 400:
        raise Invalid({"reason": "请写明修订的原因（最多 400 字）"})
    versions = list(LetterVersion.objects.select_for_update().filter(letter=letter).order_by("-number"))
    if any(one.state == VersionState.DRAFT for one in versions):
        raise Stale("这份责任书已经有一版草稿")
    made = LetterVersion.objects.create(
        letter=letter,
        number=versions[0].number + 1,
        blocks=versions[0].blocks,
        facts=facts_of(letter.plan, [letter.unit_id], clock.today())[letter.unit_id],
        reason=plain,
        made_by=by,
    )
    note(made, by, "修订责任书", plain)
    return made


@transaction.atomic
def save_blocks(
    *, by: User, version_id: int, edit: int, texts: Mapping[str, tuple[str, str]]
) -> LetterVersion:
    """Set titles and texts of a draft's paragraphs, by code. Raises Stale when somebody else wrote meanwhile."""
    require_office(by, "修改责任书")
    one = found_version(version_id)
    faults = {}
    blocks: list[dict[str, Any]] = []
    for block in one.blocks:
        title, text = texts.get(block["code"], (block["title"], block["text"]))
        if not title.strip():
            faults[f"title:{block['code']}"] = "请填写标题"
        if len(text) > TEXT:
            faults[f"text:{block['code']}"] = f"最多 {TEXT} 字，现有 {len(text)} 字"
        blocks.append({**block, "title": title.strip()[:60], "text": text.strip()})
    if faults:
        raise Invalid(faults)
    _update(one, edit, blocks=blocks)
    note(one, by, "修改责任书")
    return found_version(version_id)


@transaction.atomic
def refresh_facts(*, by: User, version_id: int, edit: int) -> LetterVersion:
    """Take the unit's indicators, projects and tasks anew into a draft."""
    require_office(by, "更新责任书")
    one = found_version(version_id)
    facts = facts_of(one.letter.plan, [one.letter.unit_id], clock.today())[one.letter.unit_id]
    _update(one, edit, facts=facts)
    note(one, by, "更新责任书事项")
    return found_version(version_id)


def _update(one: LetterVersion, edit: int, **values: Any) -> None:
    if one.state != VersionState.DRAFT:
        raise Stale("这一版责任书已经下发，不能再改；要改请修订")
    done = LetterVersion.objects.filter(pk=one.pk, state=VersionState.DRAFT, edit=edit).update(
        edit=F("edit") + 1, **values
    )
    if not done:
        raise Stale("刚才有人改过这份责任书，请刷新后再试；您填的内容还在")
