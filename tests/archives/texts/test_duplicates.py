"""Near duplicates: a letter with its date changed, a picture saved anew; not two letters on the same form."""

from __future__ import annotations

import pytest

from archives.texts.queries.duplicates import near_duplicates
from archives.texts.services import extract
from chuangmo.files.models import StoredFile
from tests.archives.texts import files

LETTER = (
    "关于印发《钟山区2017年秋季秸秆禁烧工作方案》的通知。各乡镇人民政府、街道办事处，区直有关部门："
    "为切实做好我区秸秆禁烧工作，改善环境空气质量，经区人民政府研究同意，现将方案印发给你们，请认真组织实施。"
    "一、成立领导小组，由分管副区长任组长；二、划定禁烧区域，落实网格责任；三、加强巡查，发现火点立即处置。"
)  # fmt: skip
OTHER = (
    "明湖水质监测月报。本月共监测断面三个，监测项目二十一项，其中氨氮、总磷达到地表水三类标准，高锰酸盐指数有所上升，"
    "主要原因是上游来水减少。下一步将加密监测频次，并对沿岸排口逐一排查，查明原因后报市环境保护局。特此报告。"
)


def read(name: str, content: bytes) -> StoredFile:
    file = files.stored(name, content)
    extract(file)
    return file


@pytest.mark.django_db
def test_the_same_letter_in_another_file_with_another_date():
    one = read("通知.docx", files.word(LETTER))
    same = read("通知.txt", LETTER.encode())
    dated = read("通知2.txt", LETTER.replace("2017年", "2018年").encode())
    read("月报.txt", OTHER.encode())
    found = near_duplicates(one)
    assert [near.file_id for near in found] == [same.pk, dated.pk]
    assert found[0].percent == 100
    assert 70 <= found[1].percent < 100
    assert near_duplicates(one, StoredFile.objects.exclude(pk=same.pk).values("pk")) == found[1:]


@pytest.mark.django_db
def test_the_same_picture_smaller_brighter_and_of_another_kind():
    one = read("现场.jpg", files.photo())
    again = read("现场.png", files.photo("PNG", light=12, size=(400, 300)))
    phone = read("现场.heic", files.photo("HEIF"))
    other = read("竖.png", files.photo("PNG", turned=90))
    assert {near.file_id for near in near_duplicates(one)} == {again.pk, phone.pk}
    assert near_duplicates(other) == []


@pytest.mark.django_db
def test_short_texts_and_files_not_read_say_nothing():
    short = read("a.txt", "同意。".encode())
    read("b.txt", "同意。 ".encode())
    assert near_duplicates(short) == []
    assert near_duplicates(files.stored("c.txt", LETTER.encode())) == []


@pytest.mark.django_db
def test_two_queries_whatever_the_number(django_assert_num_queries):
    one = read("a.txt", LETTER.encode())
    for n in range(8):
        read(f"{n}.txt", f"{LETTER}{n}".encode())
    with django_assert_num_queries(2):
        assert len(near_duplicates(one)) == 8
