"""Bringing a register by file: stored, read, looked at by the person, then taken as a whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_of
from chuangmo.audit.services import record
from chuangmo.errors import DomainError, Invalid, Refused, Stale
from chuangmo.files import rules as files
from chuangmo.files.services import store
from chuangmo.org.models import Unit, UnitKind
from chuangmo.org.queries import UnitResolver
from indicators.monitoring.rules.parsing import Fault
from indicators.monitoring.services.files import ACCEPTED, open_sheets
from projects.campaigns.models import (
    CodeKind,
    ImportState,
    Member,
    MemberImport,
    MemberState,
    Post,
    RegisterRules,
    Share,
    Task,
)
from projects.campaigns.queries.register import county_of_units, known_members, places, units_of
from projects.campaigns.rights import units_to_list
from projects.campaigns.rules.matching import APART, LABELS, SAME, Change, Matched, match
from projects.campaigns.rules.sheets import Layout, Line, Register, read_register
from projects.campaigns.services.gate import hold_task, write_events
from projects.campaigns.services.shares import settle

__all__ = ["bring_register", "confirm_import", "decide_doubts", "discard_import", "read_import"]

SHOWN = 200  # new and changed members in the preview; faults and doubts are all shown
MAX_FAULTS = 5000
FREE = {"remark", "post", "person"}  # what a file may change although the member is ticked off


@dataclass
class Read:
    """A file's content, compared with the register."""

    register: Register
    matched: Matched
    units: dict[int, str]

    @property
    def faults(self) -> list[Fault]:
        return self.register.faults


def bring_register(*, by: User, task_id: int, upload: UploadedFile) -> MemberImport:
    """Store a file and read it; nothing of it counts yet. Raises Refused, Invalid (`file`)."""
    task = Task.objects.select_related("plan", "lead").filter(pk=task_id).first()
    if task is None:
        raise Refused("没有这项任务")
    _units(rights_of(by), task)
    name = files.clean_name(upload.name or "")
    if (upload.size or 0) > settings.FILE_MAX_BYTES:
        raise Invalid({"file": f"“{name}”超过上限 {files.size_words(settings.FILE_MAX_BYTES)}，没有导入"})
    upload.seek(0)
    fault = files.content_fault(name, upload.read(files.HEAD_BYTES), ACCEPTED)
    upload.seek(0)
    if fault:
        raise Invalid({"file": fault})
    stored = store(upload)
    with transaction.atomic():
        row = MemberImport.objects.create(task=task, file=stored, name=name, created_by=by)
        _look(row, by)
    return row


@transaction.atomic
def decide_doubts(*, by: User, import_id: int, decisions: Mapping[str, str]) -> MemberImport:
    """Say of doubtful lines (by place) whether they are the same as the other or stand apart, and look again."""
    row = _held(by, import_id)
    row.decisions = {
        **row.decisions,
        **{place: choice for place, choice in decisions.items() if choice in (SAME, APART)},
    }
    row.save(update_fields=["decisions"])
    _look(row, by)
    return row


@transaction.atomic
def confirm_import(*, by: User, import_id: int) -> MemberImport:
    """Take the whole file. Raises Refused, Stale (done already), Invalid (`file`: faults or open doubts; nothing saved)."""
    row = _held(by, import_id)
    task = hold_task(row.task_id)
    row.task = task
    read = read_import(row, by)
    if read.faults:
        _keep(row, read)
        raise Invalid({"file": f"文件里有 {len(read.faults)} 处错误，一个都没有导入"})
    if read.matched.undecided:
        _keep(row, read)
        raise Invalid({"file": f"还有 {read.matched.undecided} 个疑似重复没有确认，一个都没有导入"})
    mark = {"state": ImportState.DONE, "done_at": timezone.now()}
    if not MemberImport.objects.filter(pk=row.pk, state=ImportState.DRAFT).update(**mark):
        raise Stale("这个文件刚才已经导入")
    try:
        with transaction.atomic():
            _save(by, task, read)
    except IntegrityError as error:
        raise Stale("名单刚才有变动，请重新核对后再确认") from error
    matched = read.matched
    record(
        by=by,
        action="导入名单",
        object_kind="task",
        object_id=task.pk,
        label=str(task),
        unit_id=task.lead_id,
        changes={
            "文件": ["", row.name],
            "SHA-256": ["", row.file.sha256],
            "新增": ["", len(matched.fresh)],
            "变更": ["", len(matched.changes)],
            "未变": ["", matched.same],
        },
    )
    settle([task], by)
    row.refresh_from_db()
    return row


@transaction.atomic
def discard_import(*, by: User, import_id: int) -> None:
    """Throw a file away that was not taken."""
    row = _held(by, import_id)
    MemberImport.objects.filter(pk=row.pk, state=ImportState.DRAFT).update(state=ImportState.DISCARDED)


def read_import(row: MemberImport, by: User) -> Read:
    """Read the file again and compare it with the register as it stands. Ten queries, whatever its length."""
    task = row.task
    units = {unit.pk: unit for unit in units_of(task)}
    allowed = _units(rights_of(by), task)
    mine = [pk for pk in units if allowed is None or pk in allowed]
    resolver = UnitResolver()

    def unit_of(text: str) -> int | str:
        try:
            unit = resolver.find(text)
        except DomainError as error:
            return str(error)
        if unit.pk not in units:
            return f"{unit.short_name}不是这项任务的责任单位"
        return unit.pk if unit.pk in mine else f"您不能登记{unit.short_name}的对象"

    def county_of(text: str) -> int | str:
        try:
            unit = resolver.find(text)
        except DomainError as error:
            return str(error)
        return unit.pk if unit.kind in (UnitKind.COUNTY, UnitKind.ZONE) else f"{unit.short_name}不是县区"

    layout = Layout(
        unit_of,
        county_of,
        own_unit=mine[0] if len(mine) == 1 else None,
        measure=task.measure,
        has_credit_code=task.code_kind == CodeKind.CREDIT,
    )
    try:
        content = (Path(settings.MEDIA_ROOT) / row.file.path).read_bytes()
        register = read_register(open_sheets(row.name, content), layout)
    except Invalid as broken:
        register = Register(faults=[Fault("", 0, None, str(broken))])
    known = known_members(task)
    matched = match(
        register.lines,
        known,
        columns=register.columns,
        decisions=row.decisions,
        county_of_unit=county_of_units(),
        places=places(),
        near=RegisterRules.current().near,
    )
    names = dict(Unit.objects.values_list("pk", "short_name"))
    for change in matched.fixed:
        register.faults.append(
            Fault(
                change.line.sheet,
                change.line.line,
                None,
                f"“{change.known.name}”已经销号，文件不能再改它；先撤回或退回",
            )
        )
    for line, why in matched.clashes:
        register.faults.append(Fault(line.sheet, line.line, None, why))
    for change in matched.changes:
        if change.known.unit not in mine:
            why = f"“{change.known.name}”登记在{names.get(change.known.unit, '别的单位')}名下，您不能改"
            register.faults.append(Fault(change.line.sheet, change.line.line, None, why))
    register.faults.sort(key=lambda one: (one.sheet, one.line, -1 if one.column is None else one.column))
    return Read(register, matched, names)


def _units(rights: Rights, task: Task) -> frozenset[int] | None:
    """The units for which the person may enter members (None: all). Refused where there is none."""
    allowed = units_to_list(rights, task)
    if allowed is not None and not allowed & {unit.pk for unit in units_of(task)}:
        raise Refused("只有责任单位、牵头单位或创模办可以导入名单")
    return allowed


def _held(by: User, import_id: int) -> MemberImport:
    row = (
        MemberImport.objects.select_for_update(of=("self",))
        .select_related("task", "task__plan", "task__lead", "file")
        .filter(pk=import_id, created_by=by)
        .first()
    )
    if row is None:
        raise Refused("只有上传的人可以确认或放弃")
    if row.state != ImportState.DRAFT:
        raise Stale(f"这个文件{row.get_state_display()}")
    return row


def _look(row: MemberImport, by: User) -> None:
    _keep(row, read_import(row, by))


def _keep(row: MemberImport, read: Read) -> None:
    row.facts = _facts(read)
    MemberImport.objects.filter(pk=row.pk).update(facts=row.facts)


# What the page shows ------------------------------------------------------------------------------------


def _facts(read: Read) -> dict[str, Any]:
    """Counts, every fault and doubt, the first new and changed members, all as words."""
    register, matched = read.register, read.matched
    return {
        "checked_at": timezone.now().isoformat(),
        "lines": len(register.lines) + register.repeats,
        "fresh": len(matched.fresh),
        "changed": len(matched.changes),
        "same": matched.same,
        "repeats": register.repeats,
        "unknown": register.unknown[:20],
        "fault_count": len(register.faults),
        "faults": [
            {"sheet": one.sheet, "line": one.line, "column": one.letter, "message": one.message}
            for one in register.faults[:MAX_FAULTS]
        ],
        "undecided": matched.undecided,
        "doubts": [
            {
                "place": one.line.place,
                "sheet": one.line.sheet,
                "line": one.line.line,
                "name": one.line.name,
                "code": one.line.code,
                "unit": read.units.get(one.line.unit, ""),
                "why": one.why,
                "other": one.other_name,
                "earlier": one.earlier.rpartition(":")[2],
                "decision": one.decision,
            }
            for one in matched.doubts
        ],
        "fresh_lines": [
            {"line": line.line, "name": line.name, "code": line.code, "unit": read.units.get(line.unit, "")}
            for line, _, _ in matched.fresh[:SHOWN]
        ],
        "changes": [
            {"line": one.line.line, "name": one.known.name, "words": _words(one, read.units)}
            for one in matched.changes[:SHOWN]
        ],
    }


def _words(change: Change, units: Mapping[int, str]) -> list[str]:
    words = []
    for name, (old, new) in change.fields.items():
        if name in ("unit", "county"):
            label = "责任单位" if name == "unit" else LABELS[name]
            old, new = units.get(old, "") if isinstance(old, int) else "", units.get(new, "")  # type: ignore[call-overload]
        else:
            label = LABELS[name]
        words.append(f"{label}：{old if old not in (None, '') else '空'} → {new}")
    if change.alias:
        words.append(f"记下另一写法“{change.alias}”")
    return words


# Saving -------------------------------------------------------------------------------------------------


def _save(by: User, task: Task, read: Read) -> None:
    posts = _posts(read)
    fresh = Member.objects.bulk_create(
        (
            Member(
                task=task,
                unit_id=line.unit,
                county_id=line.county,
                post=posts.get((line.unit, line.post, line.person)),
                name=line.name,
                key=line.key[:100],
                aliases=aliases,
                apart=apart,
                code=line.code,
                value=line.value,
                remark=line.remark,
            )
            for line, apart, aliases in read.matched.fresh
        ),
        batch_size=1000,
    )
    write_events(by=by, members=fresh, action="导入", reason="")
    _change(by, task, read, posts)
    units = {line.unit for line, _, _ in read.matched.fresh} | {
        change.line.unit for change in read.matched.changes
    }
    Share.objects.bulk_create((Share(task=task, unit_id=pk) for pk in units), ignore_conflicts=True)


def _change(by: User, task: Task, read: Read, posts: Mapping[tuple[int, str, str], Post]) -> None:
    merged: dict[int, list[Change]] = {}
    for change in read.matched.changes:
        merged.setdefault(change.known.pk, []).append(change)
    rows = Member.objects.select_for_update(of=("self",)).in_bulk(list(merged))
    for pk, changes in merged.items():
        row = rows.get(pk)
        is_fixed = row is None or row.state not in (MemberState.OPEN, MemberState.RETURNED)
        if row is None or (is_fixed and any(set(one.fields) - FREE for one in changes)):
            raise Stale("名单刚才有变动，请重新核对后再确认")
        for change in changes:
            _apply(row, change, posts)
        row.version += 1
    columns = ["unit", "county", "post", "name", "key", "aliases", "code", "value", "remark", "version"]
    Member.objects.bulk_update(rows.values(), columns, batch_size=500)
    write_events(
        by=by,
        members=rows.values(),
        action="导入变更",
        reason="",
    )


def _apply(row: Member, change: Change, posts: Mapping[tuple[int, str, str], Post]) -> None:
    line, fields = change.line, change.fields
    if change.alias and change.alias not in row.aliases:
        row.aliases = [*row.aliases, change.alias]
    if "name" in fields:
        row.name, row.key = line.name, line.key[:100]
    if "unit" in fields:
        row.unit_id, row.post = line.unit, None
    for name in ("code", "value", "remark"):
        if name in fields:
            setattr(row, name, getattr(line, name))
    if "county" in fields:
        row.county_id = line.county
    if "post" in fields or "person" in fields:
        row.post = posts.get((line.unit, line.post, line.person))


def _posts(read: Read) -> dict[tuple[int, str, str], Post]:
    """The posts that the lines name, made where they are not there yet."""
    lines: list[Line] = [line for line, _, _ in read.matched.fresh]
    lines += [change.line for change in read.matched.changes]
    wanted = {(line.unit, line.post, line.person) for line in lines if line.post and line.person}
    if not wanted:
        return {}
    Post.objects.bulk_create(
        (Post(unit_id=unit, title=title, person=person) for unit, title, person in sorted(wanted)),
        ignore_conflicts=True,
    )
    found = Post.objects.filter(unit__in={unit for unit, _, _ in wanted})
    return {(one.unit_id, one.title, one.person): one for one in found}
