"""Minutes, a circular and a notice of a talk as DOCX, printed by LibreOffice, beside our own PDF of the same paper."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from supervision.accountability.queries.papers import measure_paper
from supervision.bulletins.paper import bulletin_paper
from supervision.bulletins.services import draft_bulletin
from supervision.meetings.queries.minutes import minutes_paper
from supervision.papers.rules import Paper
from supervision.papers.services import paper_docx, paper_pdf
from tests.factories import Cast
from tests.supervision.accountability.story import at_state, late_thing
from tests.supervision.meetings import story
from tests.supervision.papers.office import as_pdf, has_writer
from tests.supervision.papers.reading import HEIGHT, TOP, fonts, is_standard, text_of, words

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.sqlite_only]
LONG = (
    "会议听取了钟山区关于生活垃圾处理情况的汇报，要求举一反三，把渗滤液处理设施全部查清，按期完成提标改造。"
    * 3
)


def papers(cast: Cast) -> dict[str, Paper]:
    call_command("loaddata", "common/12-papers.json", "common/13-wording.json", verbosity=0)
    meeting = story.held(cast)
    meeting.items.update(minutes=LONG)
    story.decided(cast, meeting)
    story.registered(cast, meeting)
    meeting = story.issue_minutes(by=cast.office, meeting_id=meeting.pk, signer="郑市长")
    late = late_thing(cast)
    circular = draft_bulletin(by=cast.office, plan=cast.plan, kind="late")
    talk = at_state(cast, "talk", "issued", [late])
    talk.demand = LONG
    return {
        "minutes": minutes_paper(meeting),
        "circular": bulletin_paper(circular),
        "talk": measure_paper(talk),
    }


@pytest.mark.skipif(not has_writer(), reason="needs libreoffice-writer-nogui (scripts/test installs it)")
def test_libreoffice_prints_what_our_own_pdf_has(cast: Cast, tmp_path: Path) -> None:
    made = papers(cast)
    for name, paper in made.items():
        (tmp_path / f"{name}.docx").write_bytes(paper_docx(paper))
        (tmp_path / f"{name}-own.pdf").write_bytes(paper_pdf(paper))
    assert [name for name, paper in made.items() if paper.printed_by] == [
        "minutes",
        "talk",
    ]  # have an imprint
    printed = as_pdf([tmp_path / f"{name}.docx" for name in made], tmp_path)
    for name, path in zip(made, printed, strict=True):
        own = tmp_path / f"{name}-own.pdf"
        assert said(path) == said(own), name
        assert len(words(path)) == len(words(own))
        assert set(fonts(path).values()) == {True}
        is_standard(path)
        if made[name].printed_by:
            assert imprint_is_at_the_foot(path) and imprint_is_at_the_foot(own), name
        if name == "minutes":  # the one with a long paragraph
            assert longest_line(path) == longest_line(own) == 28


def imprint_is_at_the_foot(path: Path) -> bool:
    """版记: its last line, the day of printing, ends at the lower edge of the last page's type area; nothing stands below it."""
    inside = [word for word in words(path)[-1] if word[1] < TOP + HEIGHT]
    last = max(inside, key=lambda word: (round(word[3]), word[2]))
    return last[4].endswith("印发") and abs(last[3] - (TOP + HEIGHT)) < 2


def said(path: Path) -> Counter[str]:
    """What the pages say, whatever the order and however often the head of every page."""
    return Counter(text_of(path).replace("草稿，未印发", "")) - Counter("—0123456789")


def longest_line(path: Path) -> int:
    """How many characters stand in the fullest line that goes from edge to edge."""
    return max(len(word[4]) for page in words(path) for word in page if word[0] < 29 and word[2] > 182)
