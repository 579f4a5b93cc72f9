"""Responsibility letters: drawn from what each unit has to do, numbered at issue, signed with a scan, never changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from docx import Document
from pypdf import PdfReader

from chuangmo import clock
from chuangmo.errors import DomainError, Invalid, Refused, Stale
from chuangmo.notices.models import Notice
from projects.campaigns.models import Task
from supervision.letters.models import LetterVersion
from supervision.letters.paper import letter_paper
from supervision.letters.queries import facts_of
from supervision.letters.services import (
    draft_letters,
    issue_letter,
    refresh_facts,
    revise_letter,
    save_blocks,
    sign_letter,
)
from supervision.papers.services import paper_docx, paper_pdf
from tests.factories import Cast, IndicatorFactory, UnitFactory, assign
from tests.projects.works.conftest import make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> LetterVersion:
    """The county's: an indicator, a project, a task that it shares."""
    call_command("loaddata", "common/12-papers.json", "common/13-wording.json", verbosity=0)
    make_project(cast)
    task = Task.objects.create(
        plan=cast.plan,
        code="horn-ban",
        section="三（二）",
        theme="噪声",
        name="机动车禁鸣",
        as_written="x",
        member="路段",
        target=Decimal(100),
        target_unit="%",
        lead=cast.bureau,
        due_on=date(2017, 8, 31),
    )
    task.units.add(cast.county)
    draft_letters(by=cast.office, plan=cast.plan)
    return version(cast)


def version(cast: Cast, number: int = 1) -> LetterVersion:
    return LetterVersion.objects.get(letter__unit=cast.county, number=number)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("签字.pdf", b"%PDF-1.4\n%%EOF\n")


def sign(cast: Cast, one: LetterVersion, who, **more) -> LetterVersion:
    values = {"upload": scan(), "signer": "李区长", "signed_on": date(2017, 6, 6), **more}
    return sign_letter(by=who, version_id=one.pk, **values)


def test_every_unit_with_something_to_do_gets_one_draft(cast, draft):
    units = set(LetterVersion.objects.values_list("letter__unit__short_name", flat=True))
    assert units == {"钟山区", "水城县", "市城管局"}
    assert draft_letters(by=cast.office, plan=cast.plan) == []
    assert draft.facts == {
        "indicators": [{"number": "18", "name": "市中心城区生活垃圾无害化处理率≥85%", "role": "责任"}],
        "projects": [{"name": "岔河垃圾填埋场渗滤液提标改造", "due": "2017-08-31"}],
        "tasks": [{"name": "机动车禁鸣", "target": "100 %", "due": "2017-08-31", "role": "责任"}],
    }
    assert [block["code"] for block in draft.blocks] == [
        "general",
        "indicators",
        "projects",
        "tasks",
        "appraisal",
    ]
    assert "钟山区人民政府承担创模指标 1 项" in draft.blocks[1]["text"]
    other = LetterVersion.objects.get(letter__unit=cast.other_county)
    assert "projects" not in [block["code"] for block in other.blocks]  # it has none


ACTS = {
    "save": lambda cast, one, who: save_blocks(by=who, version_id=one.pk, edit=one.edit, texts={}),
    "facts": lambda cast, one, who: refresh_facts(by=who, version_id=one.pk, edit=one.edit),
    "issue": lambda cast, one, who: issue_letter(by=who, version_id=one.pk, edit=one.edit),
    "sign": lambda cast, one, who: sign(cast, one, who),
    "revise": lambda cast, one, who: revise_letter(by=who, letter_id=one.letter_id, reason="职责有变"),
}
MAY_DO = {
    ("draft", "save"): {"office"},
    ("draft", "facts"): {"office"},
    ("draft", "issue"): {"office"},
    ("issued", "sign"): {"office", "colleague"},
    ("issued", "revise"): {"office"},
    ("signed", "revise"): {"office"},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", ["draft", "issued", "signed"])
@pytest.mark.sqlite_only
def test_state_role_action(cast, draft, state, act):
    one = draft
    if state != "draft":
        one = issue_letter(by=cast.office, version_id=one.pk, edit=one.edit)
    if state == "signed":
        one = sign(cast, one, cast.colleague)
    allowed = set()
    for name, who in cast.people().items():
        if name == "anonymous":
            continue
        with transaction.atomic():
            try:
                ACTS[act](cast, one, who)
                allowed.add(name)
            except DomainError:
                pass
            transaction.set_rollback(True)
    assert allowed == MAY_DO.get((state, act), set())


def test_from_draft_to_signed_and_revised(cast, draft):
    saved = save_blocks(
        by=cast.office, version_id=draft.pk, edit=0, texts={"general": ("总则", "区长负总责。")}
    )
    with pytest.raises(Stale, match="刚才有人改过"):
        save_blocks(by=cast.office, version_id=draft.pk, edit=0, texts={"general": ("总则", "另一句")})
    issued = issue_letter(by=cast.office, version_id=draft.pk, edit=saved.edit)
    assert (issued.state, issued.paper_number) == ("issued", 1)
    assert issued.document_number.endswith("〔2017〕1号")
    assert Notice.objects.get(user=cast.colleague).url == issued.letter.get_absolute_url()
    signed = sign(cast, issued, cast.colleague)
    assert (signed.state, signed.signer, signed.scan.name) == ("signed", "李区长", "签字.pdf")

    assign(IndicatorFactory(plan=cast.plan, number=19), cast.county)
    second = revise_letter(by=cast.office, letter_id=issued.letter_id, reason="增加一项指标")
    assert (second.number, len(second.facts["indicators"])) == (2, 2)
    assert second.blocks[0]["text"] == "区长负总责。"
    with pytest.raises(Stale, match="已经有一版草稿"):
        revise_letter(by=cast.office, letter_id=issued.letter_id, reason="又一次")
    issue_letter(by=cast.office, version_id=second.pk, edit=0)
    assert [version(cast, number).state for number in (1, 2)] == ["replaced", "issued"]
    assert version(cast, 1).facts == draft.facts
    assert version(cast, 2).paper_number == 2


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"upload": None}, "file"),
        ({"signer": " "}, "signer"),
        ({"signed_on": date(2017, 6, 7)}, "signed_on"),
        ({"signed_on": None}, "signed_on"),
        ({"upload": SimpleUploadedFile("签字.txt", "签".encode())}, "file"),
        ({"upload": SimpleUploadedFile("签字.pdf", b"")}, "file"),
    ],
)
def test_a_signature_that_is_not_whole(cast, draft, bad, field):
    issued = issue_letter(by=cast.office, version_id=draft.pk, edit=0)
    with pytest.raises(Invalid) as caught:
        sign(cast, issued, cast.colleague, **bad)
    assert field in caught.value.faults
    assert version(cast).state == "issued"


def test_no_letter_to_a_dissolved_unit_and_no_number_lost(cast, draft):
    cast.county.valid_to = date(2017, 5, 31)
    cast.county.save()
    with pytest.raises(Refused, match="撤销"):
        issue_letter(by=cast.office, version_id=draft.pk, edit=0)
    other = LetterVersion.objects.get(letter__unit=cast.other_county)
    with pytest.raises(Stale):
        issue_letter(by=cast.office, version_id=other.pk, edit=9)
    assert issue_letter(by=cast.office, version_id=other.pk, edit=0).paper_number == 1


def test_pdf_and_docx_say_the_same(cast, draft):
    with clock.at(date(2017, 3, 1)):
        issued = issue_letter(by=cast.office, version_id=draft.pk, edit=0)
    paper = letter_paper(issued)
    pdf = "".join(page.extract_text() for page in PdfReader(BytesIO(paper_pdf(paper))).pages)
    document = Document(BytesIO(paper_docx(paper)))
    docx = "\n".join(
        [p.text for p in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    for text in ("目标责任书", "钟山区人民政府", "岔河垃圾填埋场", "机动车禁鸣", issued.document_number):
        assert text in pdf.replace("\n", "").replace(" ", ""), text
        assert text in docx.replace(" ", ""), text


def test_facts_ask_the_same_whatever_the_number_of_units(cast, draft, django_assert_max_num_queries):
    units = [cast.county, *[UnitFactory(kind="county") for _ in range(12)]]
    for unit in units[1:]:
        assign(cast.indicator, unit)
    with django_assert_max_num_queries(5):
        found = facts_of(cast.plan, [unit.pk for unit in units], date(2017, 6, 6))
    assert all(facts["indicators"] for facts in found.values())
