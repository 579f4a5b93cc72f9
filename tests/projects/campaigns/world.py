"""A task of the cast's bureau with the two counties as its units, and members to tick off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from chuangmo.files.models import Attachment
from projects.campaigns.models import Member, MemberImport, Post, Share, Task
from projects.campaigns.services.importing import bring_register
from projects.campaigns.services.moves import tick
from projects.campaigns.services.proofs import add_proof
from projects.campaigns.services.register import Entry, add_member
from tests.factories import Cast

HEAD = ["名称", "代码", "责任单位", "所在县区", "岗位", "责任人", "备注"]


def make_task(cast: Cast, **more: Any) -> Task:
    """100 % of the boilers, one proof, led by the bureau, owed by both counties until 31 August."""
    values: dict[str, Any] = {
        "plan": cast.plan,
        "code": "boilers",
        "section": "三（二）",
        "theme": "降煤",
        "name": "锅炉煤改气",
        "as_written": "全面实施锅炉煤改气",
        "member": "锅炉",
        "target": 100,
        "target_unit": "%",
        "proofs": ["验收意见"],
        "lead": cast.bureau,
        "due_on": date(2017, 8, 31),
        **more,
    }
    task = Task.objects.create(**values)
    task.units.add(cast.county, cast.other_county)
    task.indicators.add(cast.indicator)
    for unit in (cast.county, cast.other_county):
        Share.objects.create(task=task, unit=unit)
    return task


def make_member(cast: Cast, task: Task, name: str, **more: Any) -> Member:
    """Entered by the county's reporter."""
    unit = more.pop("unit", cast.county)
    by = {cast.county: cast.owner, cast.other_county: cast.stranger}.get(unit, cast.office)
    return add_member(by=by, task_id=task.pk, entry=Entry(name=name, unit_id=unit.pk, **more))


def paper(name: str = "验收意见.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n", "application/pdf")


def prove(cast: Cast, *members: Member) -> None:
    """Every proof that the task asks for, one file for all of these."""
    for proof in members[0].task.proofs:
        add_proof(
            by=cast.owner,
            task_id=members[0].task_id,
            member_ids=[member.pk for member in members],
            proof=proof,
            upload=paper(),
        )


def sheet(
    rows: list[list[object]], *, head: list[str] | None = None, name: str = "名单"
) -> SimpleUploadedFile:
    """A workbook with these rows below the head."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(name)
        page.write_row(0, 0, head or HEAD)
        for line, row in enumerate(rows, start=1):
            page.write_row(line, 0, row)
    return SimpleUploadedFile("名单.xlsx", out.getvalue())


@dataclass
class Tasks:
    """For the access table: a task of one county, a member that may be ticked off, one that may be verified, a file."""

    task: Task
    open: Member
    ticked: Member
    post: Post
    brought: MemberImport
    proof: Attachment

    def addresses(self) -> dict[str, dict[str, Any]]:
        """Arguments of the addresses that don't name the task alone."""
        member, brought = {"member_id": self.open.pk}, {"import_id": self.brought.pk}
        share = Share.objects.get(task=self.task)
        return {
            "campaigns:task-current": {},
            "campaigns:task-list": {"plan": "2017"},
            "campaigns:member-show": member,
            "campaigns:member-attach": member,
            "campaigns:member-detach": {**member, "attachment_id": self.proof.pk},
            "campaigns:import-show": brought,
            "campaigns:import-decide": brought,
            "campaigns:import-confirm": brought,
            "campaigns:import-discard": brought,
            "campaigns:share-act": {"plan": "2017", "code": self.task.code, "share_id": share.pk},
        }

    def bodies(self, variant: str) -> dict[str, dict[str, Any]]:
        """What is posted by whoever has the right, with success."""
        unit = self.open.unit_id
        return {
            "campaigns:task-act": {
                "act": variant,
                "member": (self.ticked if variant == "verify" else self.open).pk,
                "post": self.post.pk,
            },
            "campaigns:member-new": {"name": "荷泉热力站2号锅炉", "unit": unit},
            "campaigns:member-show": {"name": "改名", "unit": unit, "version": self.open.version},
            "campaigns:member-attach": {"proof": "验收意见", "file": paper("新.pdf")},
            "campaigns:import-new": {"file": sheet([["凤凰热力站3号锅炉"]])},
            "campaigns:import-decide": {"doubt:名单:2": "apart"},
            "campaigns:share-act": {"act": "close"},
        }


def make_tasks(cast: Cast) -> Tasks:
    task = make_task(cast)
    task.units.remove(cast.other_county)
    Share.objects.filter(task=task, unit=cast.other_county).delete()
    one, other = make_member(cast, task, "德坞热力站1号锅炉"), make_member(cast, task, "双水热力站2号锅炉")
    prove(cast, one, other)
    tick(by=cast.owner, task_id=task.pk, member_ids=[other.pk])
    post = Post.objects.create(unit=cast.county, title="督查组", person="杨志明")
    brought = bring_register(by=cast.owner, task_id=task.pk, upload=sheet([["月照热力站4号锅炉"]]))
    proof = Attachment.objects.get(owner_kind="task_member", owner_id=one.pk)
    return Tasks(task, one, Member.objects.get(pk=other.pk), post, brought, proof)
