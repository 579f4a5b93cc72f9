"""Taking the minutes, issuing them, and the papers that are made of them."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader

from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.models import Obligation
from chuangmo.errors import Invalid, Stale
from chuangmo.notices.models import Notice
from supervision.meetings.models import Outcome
from supervision.meetings.queries.minutes import minutes_paper
from supervision.meetings.services import Entry, add_item, issue_minutes, record_attendance, save_minutes
from supervision.meetings.services.issuing import digest_of
from supervision.meetings.services.minutes import Decided
from supervision.papers.services import paper_docx, paper_pdf
from tests.factories import Cast
from tests.supervision.meetings import story

pytestmark = pytest.mark.django_db


def line(cast: Cast, **more) -> Decided:
    values = {"key": "k", "id": None, "text": "完成提标改造", "unit_id": cast.county.pk, "due_on": story.DUE}
    return Decided(**{**values, **more})


def save(cast: Cast, meeting, *decisions: Decided, text: str = "听取了汇报", version: int | None = None):
    item = meeting.items.first()
    entry = Entry(item.pk, item.version if version is None else version, text, tuple(decisions))
    return save_minutes(by=cast.office, meeting_id=meeting.pk, entries=[entry])


def test_two_scribes_never_overwrite_each_other(cast: Cast) -> None:
    meeting = story.convened(cast)
    add_item(by=cast.office, meeting_id=meeting.pk, title="第二项")
    meeting = story.services_hold(cast, meeting)
    first, second = meeting.items.all()
    kept = save_minutes(
        by=cast.office,
        meeting_id=meeting.pk,
        entries=[Entry(first.pk, 0, "甲写的"), Entry(second.pk, 0, "")],
    )
    assert (kept.saved, kept.conflicts) == ([first.pk], {})
    # The other one's page is older: the first item is left alone and told, the second is saved.
    kept = save_minutes(
        by=cast.office,
        meeting_id=meeting.pk,
        entries=[Entry(first.pk, 0, "乙写的"), Entry(second.pk, 0, "乙的第二项")],
    )
    assert (kept.saved, kept.conflicts) == ([second.pk], {first.pk: "甲写的"})
    assert list(meeting.items.values_list("minutes", flat=True)) == ["甲写的", "乙的第二项"]


def test_a_day_on_which_nobody_works_moves_visibly(cast: Cast) -> None:
    meeting = story.held(cast)
    kept = save(cast, meeting, line(cast, due_on=date(2017, 10, 1)))  # National Day, free until the 8th
    decision = meeting.decisions.get()
    assert (decision.asked_due_on, decision.due_on) == (date(2017, 10, 1), date(2017, 10, 9))
    assert kept.moved == ["“完成提标改造”：2017年10月1日不是工作日，顺延到2017年10月9日"]


def test_what_cannot_be_decided_is_told_all_at_once_and_nothing_is_saved(cast: Cast) -> None:
    meeting = story.held(cast)
    cast.bureau.valid_to, cast.bureau.successor = date(2017, 6, 5), cast.county
    cast.bureau.save()
    with pytest.raises(Invalid) as error:
        save(
            cast,
            meeting,
            line(cast, key="a", unit_id=cast.bureau.pk),
            line(cast, key="b", text="", due_on=date(2017, 6, 5)),
            line(cast, key="c", unit_id=None, due_on=None),
            line(cast, key="d", due_on=None, fault="请填 2017-06-20 这样的日期"),
            line(cast, key="e", text="", unit_id=None, due_on=None),  # wholly empty: says nothing
        )
    assert error.value.faults == {
        "unit-a": "市城市管理局已撤销，不能再安排事项，请改为承接单位钟山区人民政府",
        "text-b": "请填写议定事项",
        "due_on-b": "完成时限不能早于 6 月 6 日",
        "unit-c": "请选择责任单位",
        "due_on-c": "请填写完成时限",
        "due_on-d": "请填 2017-06-20 这样的日期",
    }
    assert not meeting.decisions.exists()
    assert meeting.items.first().minutes == ""


def test_drafts_of_decisions_change_and_go(cast: Cast) -> None:
    meeting = story.held(cast)
    save(cast, meeting, line(cast), line(cast, text="另一件"))
    one, other = meeting.decisions.order_by("pk")
    save(
        cast,
        meeting,
        line(cast, id=one.pk, text="改过的", due_on=date(2017, 6, 30)),
        line(cast, id=other.pk, remove=True),
    )
    assert list(meeting.decisions.values_list("text", "due_on")) == [("改过的", date(2017, 6, 30))]
    assert not Obligation.objects.filter(kind="decision").exists()


def test_minutes_are_issued_once_numbered_frozen_and_told(cast: Cast) -> None:
    meeting = story.held(cast)
    with pytest.raises(Invalid) as error:
        issue_minutes(by=cast.office, meeting_id=meeting.pk, signer=" ")
    assert set(error.value.faults) == {"signer", "attendance", "minutes"}
    story.decided(cast, meeting)
    rows = list(meeting.attendances.all())
    with pytest.raises(Invalid) as error:
        record_attendance(
            by=cast.office, meeting_id=meeting.pk, came={rows[1].pk: (Outcome.PROXY, " ", "科长")}
        )
    assert error.value.faults == {f"person-{rows[1].pk}": "代会请填姓名"}
    record_attendance(
        by=cast.office,
        meeting_id=meeting.pk,
        came={rows[0].pk: (Outcome.PRESENT, "李副区长", ""), rows[1].pk: (Outcome.PROXY, "张科长", "科长")},
    )
    done = issue_minutes(by=cast.office, meeting_id=meeting.pk, signer="郑市长")
    assert (done.document_number, done.signer, done.issued_on) == ("水创办〔2017〕1号", "郑市长", story.DAY)
    assert done.digest == digest_of(done.content)
    assert done.content["items"] == [
        {
            "title": "生活垃圾处理",
            "minutes": "会议听取了汇报。",
            "decisions": [["完成渗滤液提标改造", "钟山区人民政府", "2017年6月20日"]],
        }
    ]
    assert done.content["came"] == {
        "present": ["钟山区 李副区长"],
        "proxy": ["市城管局 张科长（科长）"],
    }
    decision = done.decisions.get()
    owed = Obligation.objects.get(kind="decision", subject_id=decision.pk)
    assert (owed.unit, owed.due_on, owed.subject_url) == (cast.county, story.DUE, decision.get_absolute_url())
    told = Notice.objects.filter(subject_kind="decision", subject_id=decision.pk)
    assert set(told.values_list("user__username", flat=True)) == {"owner", "owner2", "colleague"}
    with pytest.raises(Stale):
        issue_minutes(by=cast.office, meeting_id=meeting.pk, signer="郑市长")
    actions = AuditEvent.objects.filter(object_kind="meeting", object_id=str(meeting.pk))
    assert list(actions.order_by("pk").values_list("action", flat=True)) == [
        "筹备会议", "添加议题", "发出会议通知", "回复会议通知", "登记会议召开", "记录纪要", "登记到会", "印发纪要",
    ]  # fmt: skip
    # A later change of a name or a title doesn't reach what was issued.
    done.items.update(title="改过的议题")
    assert "生活垃圾处理" in PdfReader(BytesIO(paper_pdf(minutes_paper(done)))).pages[0].extract_text()


def test_the_papers_say_what_was_said(cast: Cast) -> None:
    meeting = story.held(cast)
    story.decided(cast, meeting)
    draft = "".join(
        page.extract_text() for page in PdfReader(BytesIO(paper_pdf(minutes_paper(meeting)))).pages
    )
    assert "草稿，未印发" in draft
    story.registered(cast, meeting)
    done = issue_minutes(by=cast.office, meeting_id=meeting.pk, signer="郑市长")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper_pdf(minutes_paper(done)))).pages)
    words = "".join(text.split())
    for part in (
        "水创办〔2017〕1号",
        "2017年第1次联席会议纪要",
        "2017年6月6日，在市政府三楼会议室召开2017年第1次联席会议，郑市长主持会议。",
        "一、生活垃圾处理",
        "议定：完成渗滤液提标改造（责任单位：钟山区人民政府；完成时限：2017年6月20日）",
        "二、议定事项一览",
        "出席：钟山区李副区长，市城管局某人",
    ):
        assert part.replace(" ", "") in words
    assert "草稿" not in words
    document = Document(BytesIO(paper_docx(minutes_paper(done))))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert "一、生活垃圾处理" in paragraphs
    assert [cell.text for cell in document.tables[-2].rows[1].cells] == [
        "1", "完成渗滤液提标改造", "钟山区人民政府", "2017年6月20日",
    ]  # fmt: skip
