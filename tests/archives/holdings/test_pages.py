"""What the pages of the archive say, keep and refuse."""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from pypdf import PdfReader

from archives.holdings.models import Box, Folder, Piece
from archives.holdings.services import place_original, save_box, save_folder
from chuangmo.errors import Invalid
from chuangmo.review import services as review
from tests.archives.holdings.story import accepted, bring, make_archive, offer, pdf, typed
from tests.factories import Cast
from tests.projects.works.conftest import client_of, words

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


@pytest.fixture
def archive(cast: Cast):
    return make_archive(cast)


@pytest.fixture
def owner(cast: Cast) -> Client:
    return client_of(cast.owner)


@pytest.fixture
def office(cast: Cast) -> Client:
    return client_of(cast.office)


def test_the_matrix_says_how_much_and_of_whom(office: Client, archive) -> None:
    text = words(office.get("/archives/", follow=True))
    assert "应归档 4 件，已归档 1 件（25%）" in text
    assert "还有 2 个单位有材料没交齐" in text
    row = re.search(r"18 生活垃圾无害化处理率 (.*?)25%", text)
    assert row is not None and "缺件 0/2" in row[1] and "缺件 1/2" in row[1]
    assert "已归档 0 件" in words(office.get("/p/2017/archives/?as_of=2017-01-01"))


def test_the_matrix_of_one_unit(office: Client, cast: Cast, archive) -> None:
    text = words(office.get("/p/2017/archives/", {"unit": cast.county.pk}))
    assert "钟山区应归档 2 件，已归档 1 件（50%）" in text
    link = f"unit={cast.county.pk}&amp;year=2017&amp;kind="
    assert link in office.get("/p/2017/archives/", {"unit": cast.county.pk}).content.decode()


def test_a_day_that_cannot_be_read_is_said_at_the_field(office: Client, archive) -> None:
    answer = office.get("/p/2017/archives/", {"as_of": "五月末"})
    assert answer.status_code == 200
    assert "输入一个有效的日期" in words(answer) and "已归档 1 件" in words(answer)


def test_what_is_wrong_stands_at_the_field_and_the_typed_stays(owner: Client, archive) -> None:
    piece = archive.draft
    answer = owner.post(
        piece.get_absolute_url(),
        typed(piece, title="改过的题名", dated_on="2017-09-01", pages=2, signed_page=3, submit="1"),
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "文件日期不能晚于今天" in text and "全文只有 2 页" in text and 'value="改过的题名"' in text
    piece.refresh_from_db()
    assert (piece.title, piece.case.revision_no) == ("改过的题名", 0)  # saved, not handed in
    again = owner.post(
        piece.get_absolute_url(),
        typed(piece, title="改过的题名", edits=re.search(r'name="edits" value="(\d+)"', text)[1], submit="1"),
    )
    assert again.status_code == 302
    piece.case.refresh_from_db()
    assert piece.case.state == "submitted"


def test_the_second_who_saves_is_told_and_keeps_the_typed(owner: Client, cast: Cast, archive) -> None:
    piece = archive.draft
    assert (
        client_of(cast.owner2).post(piece.get_absolute_url(), typed(piece, title="先存的")).status_code == 302
    )
    answer = owner.post(piece.get_absolute_url(), typed(piece, title="后存的"))
    assert answer.status_code == 409
    assert "刚才有人保存过这份材料" in words(answer) and 'value="后存的"' in answer.content.decode()
    piece.refresh_from_db()
    assert piece.title == "先存的"


def test_a_refused_upload_keeps_its_place_and_says_why(owner: Client, cast: Cast, archive) -> None:
    answer = owner.post(
        f"/archives/wanted/{archive.wanted.pk}/offer/",
        {"unit": cast.county.pk, "year": 2017, "file": pdf("a", pages=0)},
    )
    assert answer.status_code == 422 and "没有一页内容，不能作为佐证" in words(answer)
    answer = owner.post(f"/archives/pieces/{archive.draft.pk}/version/", {})
    assert answer.status_code == 422 and "请选择文件" in words(answer)


def test_the_same_file_again_is_warned_of_to_those_who_see_the_other(
    owner: Client, cast: Cast, archive
) -> None:
    kept = archive.kept.versions.get()
    content = pdf("已经归档的")
    assert kept.file.size == content.size
    answer = owner.post(
        f"/archives/wanted/{archive.wanted.pk}/offer/",
        {"unit": cast.county.pk, "year": 2017, "file": pdf("又一份新的")},
        follow=True,
    )
    assert "同一个文件" not in words(answer)
    answer = client_of(cast.stranger).post(
        f"/archives/wanted/{archive.wanted.pk}/offer/",
        {"unit": cast.other_county.pk, "year": 2017, "file": content},
        follow=True,
    )
    assert answer.status_code == 200 and "同一个文件" not in words(
        answer
    )  # theirs is not told of the county's
    theirs = Piece.objects.get(unit=cast.other_county)
    assert theirs.versions.get().file_id == kept.file_id
    assert archive.kept.archive_number in words(client_of(cast.office).get(theirs.get_absolute_url()))


def test_what_i_owe_comes_with_the_reason_of_a_return(owner: Client, cast: Cast, archive) -> None:
    text = words(owner.get("/archives/mine/"))
    assert (
        "还要交 1 件；在审 0 件，已归档 1 件" in text
    )  # the accepted piece answers the one, nothing the other
    assert "无害化等级评定" in text and "生活垃圾产生和处理统计" not in text
    bring(cast, offer(cast, archive.also), "returned")
    text = words(owner.get("/archives/mine/"))
    assert "还要交 1 件，其中 退回 1 件" in text and "退回原因：请换成盖章件" in text
    assert "请换成盖章件" in words(owner.get("/"))
    assert "还要交 2 件" in words(client_of(cast.stranger).get("/archives/mine/"))


def test_the_register_as_excel_has_what_the_page_shows(office: Client, cast: Cast, archive) -> None:
    accepted(cast, archive.wanted, text="第二份")
    answer = office.get(
        "/p/2017/archives/pieces/", {"as": "xlsx", "q": "-0001", "columns": ["title", "unit"]}
    )
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1] == ("档号", "题名", "提供单位")
    assert rows[2:] == [(archive.kept.archive_number, archive.kept.title, "钟山区")]
    assert "没有符合条件" in words(office.get("/p/2017/archives/pieces/", {"as_of": "2017-01-01"}))
    assert "没有符合条件" in words(client_of(cast.stranger).get("/p/2017/archives/pieces/"))


def test_originals_have_a_place_and_are_listed_on_paper(office: Client, cast: Cast, archive) -> None:
    place_original(
        by=cast.office, piece_id=archive.kept.pk, folder_id=archive.folder.pk, page_from=5, page_to=9
    )
    second = accepted(cast, archive.wanted, text="第二份")
    with pytest.raises(Invalid, match="页码重叠"):
        place_original(by=cast.office, piece_id=second.pk, folder_id=archive.folder.pk, page_from=9)
    answer = office.post(
        f"/archives/pieces/{second.pk}/place/", {"folder": archive.folder.pk, "page_from": 9, "page_to": 3}
    )
    assert answer.status_code == 422 and "止页不能小于起页" in words(answer)
    assert "第 1 盒第 1 卷，第 5—9 页" in words(office.get(archive.kept.get_absolute_url()))
    listed = PdfReader(BytesIO(office.get(f"/archives/folders/{archive.folder.pk}/list.pdf").content))
    text = "".join(page.extract_text() for page in listed.pages).replace("\n", "")
    assert "CM01-WS·2017-D30-ZB18-0001" in text and "本卷共 1 件，9 页" in text
    label = PdfReader(BytesIO(office.get(f"/archives/boxes/{archive.folder.box_id}/label.pdf").content))
    assert "2017 年固体废物" in label.pages[0].extract_text() and "30 年" in label.pages[0].extract_text()


def test_boxes_count_on_and_a_stale_page_is_told(office: Client, cast: Cast, archive) -> None:
    second = save_box(by=cast.office, title="第二盒", place="")
    assert [box.number for box in Box.objects.order_by("pk")] == [1, 2]
    folders = [save_folder(by=cast.office, box_id=second.pk, title=title).number for title in "甲乙"]
    assert folders == [1, 2] and Folder.objects.filter(box=second).count() == 2
    sent = {"title": "改名", "place": "", "edits": 0}
    assert office.post(second.get_absolute_url(), sent).status_code == 302
    assert office.post(second.get_absolute_url(), sent).status_code == 409
    assert office.post("/archives/boxes/", {"title": " "}).status_code == 422


def test_the_indicator_page_lists_its_evidence_and_what_is_missing(
    office: Client, cast: Cast, archive
) -> None:
    text = words(office.get("/p/2017/indicators/18/"))
    assert archive.kept.archive_number in text and "应归档 4 件，已归档 1 件" in text
    assert "还有 3 件没有交齐" in text
    stranger = words(client_of(cast.stranger).get("/p/2017/indicators/18/"))
    assert archive.kept.archive_number not in stranger and "另有 1 件由其他单位提供" in stranger


def test_files_are_read_by_who_sees_the_piece(cast: Cast, archive) -> None:
    url = f"/files/{archive.kept.versions.get().attachment_id}/"
    got = {}
    for name in ("owner", "lead", "stranger", "assessor"):
        answer = client_of(getattr(cast, name)).get(url)
        got[name] = answer.status_code
        if answer.streaming:
            assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert got == {"owner": 200, "lead": 200, "stranger": 404, "assessor": 404}


def test_what_waits_is_in_the_queue_of_its_kind(cast: Cast, archive) -> None:
    review.submit(case_id=archive.draft.case_id, revision_no=0, by=cast.owner)
    reviewer = client_of(cast.colleague)
    assert "归档材料待单位审核 1 件" in words(reviewer.get("/"))
    text = words(reviewer.get("/review/sign-off/?kind=piece"))
    assert archive.draft.title in text and "正式发文没有文号" not in text
    assert archive.draft.title in words(reviewer.get(f"/review/{archive.draft.case_id}/"))
