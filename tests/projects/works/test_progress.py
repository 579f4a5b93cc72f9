"""A month's progress from the owner to the office, with pictures, money and what is owed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from chuangmo.deadlines.models import Obligation
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.review.models import State
from chuangmo.review.services import accept, send_back, sign_off, submit, unlock, verify
from projects.works.models import (
    LightRule,
    MoneyFigure,
    Picture,
    Progress,
    Stage,
    StageFigure,
)
from projects.works.services.entry import Filled, FilledStage, save_progress
from projects.works.services.opening import open_progress
from projects.works.services.pictures import add_picture, remove_picture
from projects.works.services.schedules import begin_schedule
from tests.factories import Cast, give_role
from tests.projects.works.conftest import approved, client_of, words
from tests.projects.works.pictures import picture

JUNE_30, JULY_31 = date(2017, 6, 30), date(2017, 7, 31)
STAGES = {
    "approval": FilledStage(100, date(2017, 6, 20), date(2017, 6, 28)),
    "eia": FilledStage(10, date(2017, 6, 29)),
    "tender": FilledStage(0),
    "works": FilledStage(0),
}
TEXTS = {"work": "立项批复", "problems": "无", "coordination": "", "next_plan": "做环评"}
FILLED = Filled(STAGES, {"city": (Decimal(100), Decimal(60))}, TEXTS)


@pytest.fixture
def june(cast: Cast, project, today) -> Progress:
    """June of the project, in July."""
    approved(cast, project)
    today(date(2017, 7, 3))
    open_progress(plan=cast.plan, until=date(2017, 7, 3))
    return Progress.objects.get(period_start=date(2017, 6, 1))


def fill(cast: Cast, progress: Progress, filled: Filled = FILLED) -> Progress:
    progress.refresh_from_db()
    return save_progress(by=cast.owner, progress_id=progress.pk, version=progress.version, filled=filled)


def review(cast: Cast, progress: Progress, *, to: str = "accept") -> None:
    """Hand in and walk the chain as far as `to`."""
    for name, move, by in (
        ("submit", submit, cast.owner),
        ("sign_off", sign_off, cast.colleague),
        ("verify", verify, cast.lead),
        ("accept", accept, cast.office),
    ):
        progress.case.refresh_from_db()
        move(case_id=progress.case_id, revision_no=progress.case.revision_no, by=by)
        if name == to:
            break
    progress.case.refresh_from_db()


# What is owed -------------------------------------------------------------------------------------------


def test_months_begin_with_the_schedule_and_are_made_once(cast: Cast, project, today):
    approved(cast, project)  # from 30 June on; today is 6 June
    assert Progress.objects.count() == 1
    assert open_progress(plan=cast.plan, until=date(2017, 7, 3)) == 1
    assert open_progress(plan=cast.plan, until=date(2017, 7, 3)) == 0
    rows = Progress.objects.order_by("period_start")
    assert [(row.period.code, row.obligation.due_on) for row in rows] == [
        ("2017-06", date(2017, 7, 5)),
        ("2017-07", date(2017, 8, 7)),  # the fifth is a Saturday
    ]
    assert [entry.code for entry in rows[0].entries.all()] == ["approval", "eia", "tender", "works"]
    assert rows[0].money.count() == 6


def test_the_command_says_how_many(cast: Cast, project, today, capsys):
    approved(cast, project)
    today(date(2017, 7, 3))
    call_command("open_progress")
    call_command("open_progress")
    assert capsys.readouterr().out.splitlines() == ["新开立工程进度 1 份。", "新开立工程进度 0 份。"]


def test_every_stage_is_owed_on_its_last_day_and_a_change_opens_a_cycle(cast: Cast, project):
    approved(cast, project)
    owed = {stage.code: stage.obligation.due_on for stage in Stage.objects.select_related("obligation")}
    assert owed == {
        "approval": date(2017, 7, 6),
        "eia": date(2017, 7, 20),
        "tender": date(2017, 7, 20),
        "works": date(2017, 8, 31),
    }
    approved(cast, project, finish_on=date(2017, 9, 15), reason="征地延误")
    works = Stage.objects.get(code="works").obligation
    assert (works.cycle, works.due_on, works.original_due_on) == (2, date(2017, 9, 15), date(2017, 8, 31))
    assert Obligation.objects.filter(kind="stage", superseded=True).count() == 4


def test_what_was_never_handed_in_follows_a_change(cast: Cast, project, june):
    fill(cast, june)
    template = project.template
    template.stages.filter(code="tender").delete()
    schedule = begin_schedule(by=cast.owner, project_id=project.pk)
    schedule.stages.filter(code="tender").delete()
    schedule.stages.filter(code="works").update(after=["eia"])
    approved(cast, project, reason="免招标")
    assert [(entry.code, entry.percent) for entry in june.entries.all()] == [
        ("approval", 100),
        ("eia", 10),
        ("works", 0),
    ]


# Filling in ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", ["colleague", "stranger", "lead", "office", "county_office", "inspector", "observer", "admin"]
)
def test_only_the_owner_s_reporter_fills_in(cast: Cast, june, who):
    with pytest.raises(Refused):
        save_progress(by=getattr(cast, who), progress_id=june.pk, version=0, filled=FILLED)
    with pytest.raises(Refused):
        add_picture(by=getattr(cast, who), progress_id=june.pk, upload=picture(taken="2017:06:12 09:30:00"))
    assert (june.entries.filter(percent__isnull=False).count(), Picture.objects.count()) == (0, 0)


def test_who_saves_an_old_page_is_told(cast: Cast, june):
    save_progress(by=cast.owner2, progress_id=june.pk, version=0, filled=FILLED)
    with pytest.raises(Stale):
        save_progress(by=cast.owner, progress_id=june.pk, version=0, filled=Filled())


def test_a_month_that_is_not_over_is_not_handed_in(cast: Cast, june):
    july = Progress.objects.get(period_start=date(2017, 7, 1))
    fill(cast, july)
    with pytest.raises(Refused, match="还没有结束"):
        review(cast, july, to="submit")


def test_faults_are_told_all_at_once_and_nothing_is_handed_in(cast: Cast, june):
    stages = {
        **STAGES,
        "approval": FilledStage(90, date(2017, 6, 20)),
        "eia": FilledStage(None),
        "works": FilledStage(100, date(2017, 6, 1), date(2017, 6, 2)),
    }
    fill(cast, june, Filled(stages, {"city": (Decimal(1), Decimal(2))}, {"work": "", "next_plan": "x"}))
    with pytest.raises(Invalid) as caught:
        review(cast, june, to="submit")
    assert caught.value.faults == {
        "percent:eia": "请填完成比例，没有开始的填 0",
        "percent:works": "“立项、环评、招标”还没有完成，不能是 100%",
        "paid:city": "累计支付 2 大于累计到位 1 万元",
        "work": "请写本月进展",
    }
    june.case.refresh_from_db()
    assert june.case.state == State.DRAFT


def test_payments_above_arrivals_follow_the_rule(cast: Cast, june):
    LightRule.objects.create(plan=cast.plan, overpaid="flag")
    fill(cast, june, Filled(STAGES, {"city": (Decimal(1), Decimal(2))}, TEXTS))
    review(cast, june, to="submit")
    assert june.case.state == State.SUBMITTED


# Pictures -----------------------------------------------------------------------------------------------


def test_a_picture_of_the_month_is_kept_with_its_day(cast: Cast, june):
    row = add_picture(
        by=cast.owner, progress_id=june.pk, upload=picture(taken="2017:06:12 09:30:00"), caption="基坑"
    )
    assert (row.taken_on, row.from_exif, row.caption) == (date(2017, 6, 12), True, "基坑")


def test_a_picture_of_another_month_is_refused_whatever_is_stated(cast: Cast, june, media_root):
    with pytest.raises(Invalid) as caught:
        add_picture(
            by=cast.owner,
            progress_id=june.pk,
            upload=picture(taken="2017:04:12 09:30:00"),
            taken_on=date(2017, 6, 12),
        )
    assert caught.value.faults == {"file": "照片拍摄于 2017-04-12，不在 2017 年 6 月"}
    assert (Picture.objects.count(), list(media_root.iterdir())) == (0, [])


def test_a_picture_that_says_nothing_needs_the_person_s_word_and_is_marked(cast: Cast, june):
    with pytest.raises(Invalid, match="没有拍摄信息"):
        add_picture(by=cast.owner, progress_id=june.pk, upload=picture())
    row = add_picture(by=cast.owner, progress_id=june.pk, upload=picture(), taken_on=date(2017, 6, 3))
    assert (row.taken_on, row.from_exif) == (date(2017, 6, 3), False)
    assert "无拍摄信息" in words(client_of(cast.office).get(june.get_absolute_url()))


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("工地.jpg", b"\xff\xd8\xff\xe0 broken"),
        SimpleUploadedFile("报告.pdf", b"%PDF-1.4\n%%EOF\n"),
        SimpleUploadedFile("程序.jpg", b"MZ\x90\x00"),
        SimpleUploadedFile("空.jpg", b""),
    ],
)
def test_what_is_no_picture_is_refused(cast: Cast, june, upload):
    with pytest.raises(Invalid):
        add_picture(by=cast.owner, progress_id=june.pk, upload=upload, taken_on=date(2017, 6, 3))
    assert Picture.objects.count() == 0


def test_a_removed_picture_stays_for_the_revision_that_cites_it(cast: Cast, june):
    row = add_picture(by=cast.owner, progress_id=june.pk, upload=picture(taken="2017:06:12 09:30:00"))
    fill(cast, june)
    review(cast, june, to="submit")
    with pytest.raises(Refused):
        remove_picture(by=cast.owner, progress_id=june.pk, picture_id=row.pk)
    send_back(case_id=june.case_id, revision_no=1, by=cast.colleague, reason="重拍")
    remove_picture(by=cast.owner, progress_id=june.pk, picture_id=row.pk)
    assert "现场照片 还没有照片" in words(client_of(cast.office).get(june.get_absolute_url()))
    kept = client_of(cast.office).get(f"/files/{row.attachment_id}/")
    assert b"".join(kept.streaming_content).startswith(b"\xff\xd8")
    assert client_of(cast.stranger).get(f"/files/{row.attachment_id}/").status_code == 404


# Review -------------------------------------------------------------------------------------------------


def test_the_whole_way_writes_figures_and_fulfils_stages(cast: Cast, june):
    fill(cast, june)
    assert StageFigure.objects.count() == 0
    review(cast, june)
    assert june.case.state == State.ACCEPTED
    assert list(StageFigure.objects.order_by("pk").values_list("code", "percent", "as_of", "is_current")) == [
        ("approval", 100, JUNE_30, True),
        ("eia", 10, JUNE_30, True),
        ("tender", 0, JUNE_30, True),
        ("works", 0, JUNE_30, True),
    ]
    assert list(MoneyFigure.objects.values_list("source", "arrived", "paid")) == [
        ("city", Decimal(100), Decimal(60))
    ]
    done = Stage.objects.filter(obligation__done_at__isnull=False)
    assert [stage.code for stage in done] == ["approval"]


def test_what_is_accepted_may_not_fall_without_a_reason(cast: Cast, june, today):
    fill(cast, june)
    review(cast, june)
    today(date(2017, 8, 2))
    july = Progress.objects.get(period_start=date(2017, 7, 1))
    lower = {**STAGES, "eia": FilledStage(5, date(2017, 6, 29))}
    fill(cast, july, Filled(lower, {"city": (Decimal(100), Decimal(60))}, TEXTS))
    with pytest.raises(Invalid) as caught:
        review(cast, july, to="submit")
    assert caught.value.faults == {"reason:eia": "比上次审定的 10% 低，请写明原因"}
    lower["eia"] = FilledStage(5, date(2017, 6, 29), reason="返工")
    fill(cast, july, Filled(lower, {"city": (Decimal(100), Decimal(60))}, TEXTS))
    review(cast, july)
    assert StageFigure.objects.get(as_of=JULY_31, code="eia").percent == 5


def test_a_correction_replaces_and_keeps(cast: Cast, june):
    fill(cast, june)
    review(cast, june)
    unlock(case_id=june.case_id, revision_no=1, by=cast.office, reason="单位报错")
    fill(cast, june, Filled({**STAGES, "eia": FilledStage(20, date(2017, 6, 29))}, FILLED.money, TEXTS))
    assert StageFigure.objects.get(code="eia", is_current=True).percent == 10
    review(cast, june)
    rows = StageFigure.objects.filter(code="eia").order_by("pk").values_list("percent", "is_current")
    assert list(rows) == [(10, False), (20, True)]


@pytest.mark.parametrize(
    ("step", "may"),
    [("sign_off", "colleague"), ("verify", "lead"), ("accept", "office")],
)
def test_each_step_belongs_to_one(cast: Cast, june, step, may):
    fill(cast, june)
    before = {"sign_off": "submit", "verify": "sign_off", "accept": "verify"}[step]
    review(cast, june, to=before)
    move = {"sign_off": sign_off, "verify": verify, "accept": accept}[step]
    refused = []
    for name, person in cast.people().items():
        if name in (may, "anonymous"):
            continue
        try:
            move(case_id=june.case_id, revision_no=1, by=person)
        except Refused:
            refused.append(name)
    assert refused == [name for name in cast.people() if name not in (may, "anonymous")]
    move(case_id=june.case_id, revision_no=1, by=getattr(cast, may))


def test_who_filled_in_never_signs_off_even_with_the_right(cast: Cast, june):
    give_role(cast.owner, cast.county, "reviewer")
    fill(cast, june)
    review(cast, june, to="submit")
    with pytest.raises(Refused, match="自己提交的不能自己"):
        sign_off(case_id=june.case_id, revision_no=1, by=cast.owner)


def test_a_return_opens_a_cycle_and_shows_the_remark_on_the_picture(cast: Cast, june):
    row = add_picture(by=cast.owner, progress_id=june.pk, upload=picture(), taken_on=date(2017, 6, 3))
    fill(cast, june)
    review(cast, june, to="sign_off")
    send_back(
        case_id=june.case_id,
        revision_no=1,
        by=cast.lead,
        reason="照片不对",
        remarks={f"p:{row.pk}": "这是四月的照片"},
    )
    june.refresh_from_db()
    assert (june.obligation.cycle, june.obligation.due_on) == (2, date(2017, 7, 5))
    text = words(client_of(cast.owner).get(june.get_absolute_url()))
    assert "刘工 退回： 照片不对" in text
    assert "这是四月的照片" in text


def test_the_queue_of_the_bureau_holds_it_and_the_case_shows_the_picture(cast: Cast, june):
    add_picture(by=cast.owner, progress_id=june.pk, upload=picture(), taken_on=date(2017, 6, 3))
    fill(cast, june)
    review(cast, june, to="sign_off")
    lead = client_of(cast.lead)
    assert lead.get("/review/").headers["Location"] == "/review/verify/?kind=progress"
    text = words(lead.get("/review/verify/?kind=progress"))
    assert "工程进度 岔河垃圾填埋场渗滤液提标改造" in text
    assert "有照片没有拍摄信息" in text
    case = words(lead.get(f"/review/{june.case_id}/"))
    assert "2017-06-03（无拍摄信息）" in case
    response = lead.post(f"/review/{june.case_id}/verify/", {"revision_no": 1})
    assert response.headers["Location"] == "/review/verify/?kind=progress"
    assert "工程进度 岔河" in words(lead.get("/review/done/"))


# The page -----------------------------------------------------------------------------------------------


def sent(progress: Progress, **changes: object) -> dict[str, object]:
    """The page's form as the browser sends it, filled in well."""
    progress.refresh_from_db()
    data: dict[str, object] = {"version": progress.version, **TEXTS, "coordinator": ""}
    for code, line in STAGES.items():
        data[f"percent:{code}"] = str(line.percent)
        data[f"started:{code}"] = str(line.started_on or "")
        data[f"finished:{code}"] = str(line.finished_on or "")
    data |= {"arrived:city": "100", "paid:city": "60"}
    return {**data, **changes}


def test_the_page_saves_pictures_and_hands_in(cast: Cast, june):
    owner = client_of(cast.owner)
    url = june.get_absolute_url()
    response = owner.post(
        url,
        sent(
            june, **{"percent:eia": "１０％", "pictures": picture(taken="2017:06:12 09:30:00"), "submit": "1"}
        ),
    )
    assert response.headers["Location"] == url
    june.case.refresh_from_db()
    assert (june.case.state, Picture.objects.count()) == (State.SUBMITTED, 1)
    assert "已提交" in words(owner.get(url))


def test_what_cannot_be_read_stays_as_typed_beside_its_word(cast: Cast, june):
    response = client_of(cast.owner).post(
        june.get_absolute_url(),
        sent(
            june,
            **{
                "percent:eia": "一半",
                "started:eia": "6月",
                "arrived:city": "-5",
                "paid:city": "很多",
                "work": "写了很久",
            },
        ),
    )
    html = response.content.decode()
    assert response.status_code == 422
    for word in ("“一半”不是整数", "“6月”不是日期", "金额不能是负数", "“很多”不是数"):
        assert word in html
    for kept in ('value="一半"', 'value="6月"', 'value="-5"', 'value="很多"', "写了很久"):
        assert kept in html
    assert june.entries.filter(percent__isnull=False).count() == 0


def test_a_refused_picture_is_named_and_the_rest_is_saved(cast: Cast, june):
    response = client_of(cast.owner).post(
        june.get_absolute_url(),
        sent(june, pictures=picture("老照片.jpg", taken="2017:04:12 09:30:00"), submit="1"),
    )
    assert response.status_code == 422
    assert "老照片.jpg：照片拍摄于 2017-04-12，不在 2017 年 6 月" in words(response)
    june.case.refresh_from_db()
    assert (june.case.state, june.entries.get(code="eia").percent) == (State.DRAFT, 10)


def test_others_read_it_and_a_stranger_finds_nothing(cast: Cast, june):
    fill(cast, june)
    url = june.get_absolute_url()
    for name in ("colleague", "lead", "office", "county_office", "inspector", "observer", "admin"):
        client = client_of(getattr(cast, name))
        assert "立项批复" in words(client.get(url))
        assert client.post(url, sent(june)).status_code == 403
    assert client_of(cast.stranger).get(url).status_code == 404
    assert client_of(cast.assessor).get(url).status_code == 404


def test_the_next_month_begins_where_the_last_one_was_accepted(cast: Cast, june, today):
    fill(cast, june)
    review(cast, june)
    today(date(2017, 8, 2))
    july = Progress.objects.get(period_start=date(2017, 7, 1))
    html = client_of(cast.owner).get(july.get_absolute_url()).content.decode()
    for name, value in (
        ("percent:approval", "100"),
        ("finished:approval", "2017-06-28"),
        ("started:eia", "2017-06-29"),
        ("percent:eia", ""),
        ("arrived:city", "100"),
        ("paid:city", "60"),
    ):
        assert f'name="{name}" value="{value}"' in html
    assert july.entries.filter(percent__isnull=False).count() == 0
