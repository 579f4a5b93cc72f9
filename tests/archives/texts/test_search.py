"""Full-text search: what stands in a text is found, wherever a dictionary would cut it; what doesn't is not."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from django.conf import settings

from archives.texts.models import Chunk, FileText
from archives.texts.queries.search import hits_in, search
from archives.texts.queries.texts import text_of
from archives.texts.reading.child import Reading
from archives.texts.rules.snippets import Part, marked, snippet
from archives.texts.rules.terms import Phrase, fold, phrase_of, terms_of, wanted_of
from archives.texts.services.extracting import CHUNK, keep, request_text
from chuangmo.files.models import StoredFile
from chuangmo.jobs.models import Job
from chuangmo.jobs.services import run_due
from tests.archives.texts import files

GUIDES = sorted((Path(settings.BASE_DIR) / "docs").glob("*.md"))


def kept(*pages: str) -> StoredFile:
    """A stored file with that text."""
    number = StoredFile.objects.count()
    file = StoredFile.objects.create(sha256=f"{number:064x}", size=1, mime="text/plain", path=f"{number}")
    keep(file, Reading(pages=list(pages)))
    return file


def found(query: str, within=None) -> list[int]:
    return [one.file_id for one in search(query, within)]


# Terms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("环境保护", ["环境", "境保", "保护", "护"]),
        ("环境保\n护", ["环境", "境保", "保护", "护"]),
        ("2017年，ＰＭ2.5", ["2017", "年", "pm2", "5"]),
        ("GB 3838—2002", ["gb", "3838", "2002"]),
        ("，。", []),
    ],
)
def test_terms(text: str, terms: list[str]):
    assert terms_of(text) == terms


def test_what_is_typed_may_go_on_in_the_text():
    assert phrase_of("保护") == Phrase(("保护",))
    assert phrase_of("水") == Phrase(("水",), is_prefix=True)
    assert phrase_of("2017年") == Phrase(("2017", "年"), is_prefix=True)
    assert phrase_of("年201") == Phrase(("年", "201"), is_prefix=True)
    assert phrase_of("？") is None


def test_words_are_cut_by_the_dictionary():
    [one] = wanted_of("秸秆禁烧通知")
    assert one.exact == Phrase(("秸秆", "秆禁", "禁烧", "烧通", "通知"))
    assert [phrase.terms for phrase in one.words] == [("秸秆",), ("禁烧",), ("通知",)]


def test_folding_keeps_every_place():
    text = "ＧＢ３８３８（２００２）㎡½İ"
    assert len(fold(text)) == len(text)
    assert fold(text).startswith("gb3838(2002)")


# Search -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_phrase_of_real_texts_is_found():
    """300 phrases of 2 to 8 characters at random places of the guides, over line ends and chunk borders, too; and what is
    found really holds the phrase."""
    texts = {kept(*path.read_text(encoding="utf-8").split("\n## ")).pk: path for path in GUIDES}
    assert Chunk.objects.count() > len(texts) * 2
    plain = {pk: re.sub(r"\s", "", path.read_text(encoding="utf-8")) for pk, path in texts.items()}
    chance = random.Random(7)
    for _ in range(300):
        pk = chance.choice(list(texts))
        runs = re.findall(r"[一-鿿]{2,}", plain[pk])
        run = chance.choice(runs)
        length = min(len(run), chance.randint(2, 8))
        start = chance.randint(0, len(run) - length)
        phrase = run[start : start + length]
        exact = {one.file_id for one in search(phrase) if one.exact}
        holding = {other for other, text in plain.items() if phrase in re.sub(r"##", "", text)}
        assert pk in exact, phrase
        assert exact - holding == set(), phrase


@pytest.mark.django_db
def test_a_phrase_over_a_page_and_a_chunk_is_found():
    file = kept("前" * (CHUNK - 2) + "钟山区秸秆", "禁烧的通知")
    assert found("山区秸秆禁烧的通") == [file.pk]
    assert [hit.page for hit in hits_in("秸秆禁烧", [file.pk])[file.pk]] == [1]


@pytest.mark.django_db
def test_exact_places_come_first_and_words_apart_are_found_too():
    apart = kept("关于秸秆综合利用的通知")
    exact = kept("秸秆通知")
    assert [(one.file_id, one.exact, one.places) for one in search("秸秆通知")] == [
        (exact.pk, 1, 1),
        (apart.pk, 0, 1),
    ]


@pytest.mark.django_db
def test_all_that_is_typed_has_to_be_there_on_whatever_page():
    both = kept("德坞河水质", "氨氮 1.31")
    kept("德坞河绿化")
    assert found("德坞河 氨氮") == [both.pk]
    assert found("氨氮 1.31") == [both.pk]
    assert found("氨氮 1.32") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["", "？！", "\"'*():-|&<>", "'; DROP TABLE texts_index; --", "NEAR(a b)", "德坞河\x00"]
)
def test_whatever_is_typed_breaks_nothing(query: str):
    kept("德坞河")
    assert found(query) in ([], [StoredFile.objects.get().pk])


@pytest.mark.django_db
def test_only_within_what_may_be_seen():
    seen, unseen = kept("德坞河水质"), kept("德坞河水质")
    within = StoredFile.objects.exclude(pk=unseen.pk).values("pk")
    assert found("德坞河", within) == [seen.pk]
    assert sorted(found("德坞河")) == [seen.pk, unseen.pk]


@pytest.mark.django_db
def test_read_anew_replaces_what_was_found_before():
    file = kept("德坞河")
    keep(file, Reading(pages=["水城河"]))
    assert (found("德坞河"), found("水城河")) == ([], [file.pk])
    assert FileText.objects.count() == Chunk.objects.count() == 1


@pytest.mark.django_db
def test_a_search_is_one_query_and_its_places_one_more(django_assert_num_queries):
    pks = [kept(f"德坞河 {n}", "德坞河").pk for n in range(12)]
    with django_assert_num_queries(2):
        assert len(search("德坞河 水质")) == 0 and len(search("德坞河")) == 12
    with django_assert_num_queries(1):
        assert {len(hits) for hits in hits_in("德坞河", pks).values()} == {2}


# Marks --------------------------------------------------------------------------------------------------


def test_marks_over_a_line_end_and_in_full_width():
    assert marked("在ＧＢ3838中，环境保\n护", ["gb3838", "环境保护"]) == [
        Part("在"), Part("ＧＢ3838", True), Part("中，"), Part("环境保\n护", True)
    ]  # fmt: skip


def test_a_snippet_stands_around_the_place_and_is_text():
    text = "无关" * 60 + "<script>德坞河</script>" + "其他" * 80
    parts = snippet(text, ["德坞河"])
    assert [part.text for part in parts if part.is_hit] == ["德坞河"]
    assert parts[0] == parts[-1] == Part("…")
    assert "".join(part.text for part in parts).count("<script>") == 1
    assert len("".join(part.text for part in parts)) < 120


# From the store to the index ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_job_reads_what_was_stored_and_nothing_twice():
    file = files.stored("水质.pdf", files.pdf("德坞河水质", "明湖水质"))
    assert text_of(file).is_read is False
    request_text(file.pk)
    request_text(file.pk)
    assert Job.objects.count() == 1
    run_due()
    assert text_of(file).pages == ["德坞河水质", "明湖水质"]
    assert found("明湖水质") == [file.pk]
    request_text(file.pk)
    run_due()
    assert list(Job.objects.order_by("pk").values_list("result", flat=True)) == [
        {"problem": "", "pages": 2, "characters": 9}, None
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_nobody_asked_for_is_read_by_the_timetable():
    from archives.texts.services import request_missing

    file = files.stored("通知.txt", "钟山区秸秆禁烧".encode("gbk"))
    kept("读过的")
    assert request_missing() == 1
    run_due()
    assert found("秸秆禁烧") == [file.pk]
    assert request_missing() == 0
