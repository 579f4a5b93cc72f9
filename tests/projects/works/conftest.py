"""A project of the cast's county under the cast's bureau, with a template of four stages."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from projects.works.models import Project, ProjectKind, Schedule, StageTemplate, TemplateStage
from projects.works.services.schedules import (
    approve_schedule,
    begin_schedule,
    propose_schedule,
    save_schedule,
)
from projects.works.services.schedules import inputs_of as inputs
from tests.factories import Cast

STAGES = [
    ("approval", "立项", 5, []),
    ("eia", "环评", 10, ["approval"]),
    ("tender", "招标", 8, ["approval"]),
    ("works", "形象进度", 30, ["eia", "tender"]),
]


def make_template() -> StageTemplate:
    template = StageTemplate.objects.create(code="short", name="短模板", order=1)
    for order, (code, name, days, after) in enumerate(STAGES, start=1):
        TemplateStage.objects.create(
            template=template, code=code, name=name, days=days, after=after, order=order
        )
    return template


def make_project(cast: Cast, **more) -> Project:
    """Owned by the owner's county, under the lead's bureau, finish by 31 August."""
    values = {
        "plan": cast.plan,
        "code": "chahe",
        "name": "岔河垃圾填埋场渗滤液提标改造",
        "kind": ProjectKind.WASTE,
        "owner": cast.county,
        "bureau": cast.bureau,
        "start_by": date(2017, 3, 31),
        "finish_by": date(2017, 8, 31),
        "as_written": "完成岔河垃圾填埋场渗滤液提标改造",
        "named_in": "三（一）固废",
        "template": StageTemplate.objects.filter(code="short").first() or make_template(),
        **more,
    }
    project = Project.objects.create(**values)
    project.indicators.add(cast.indicator)
    return project


def propose(
    cast: Cast, project: Project, *, finish_on: date | None = None, reason: str = "两班赶工"
) -> Schedule:
    """A draft, saved and sent by the owner."""
    draft = begin_schedule(by=cast.owner, project_id=project.pk)
    saved = save_schedule(
        by=cast.owner,
        schedule_id=draft.pk,
        version=draft.version,
        stages=inputs(draft),
        finish_on=finish_on or draft.finish_on,
        person="李副区长",
        phone="0858-1",
        reason=reason,
    )
    return propose_schedule(by=cast.owner, schedule_id=saved.pk, version=saved.version)


def approved(cast: Cast, project: Project, **more) -> Schedule:
    """The same, approved by the bureau's reviewer."""
    schedule = propose(cast, project, **more)
    return approve_schedule(by=cast.lead, schedule_id=schedule.pk, version=schedule.version)


@pytest.fixture
def project(cast: Cast) -> Project:
    return make_project(cast)


def typed_schedule(schedule: Schedule, **changes: str) -> dict[str, object]:
    """The edit page's form as the browser sends it."""
    stages = list(schedule.stages.all())
    numbers = {stage.code: str(place) for place, stage in enumerate(stages, start=1)}
    data: dict[str, object] = {
        "version": schedule.version,
        "finish_on": schedule.finish_on.isoformat(),
        "person": "李副区长",
        "phone": "",
        "reason": "两班赶工",
        "code": [*numbers, "x1"],
    }
    for stage in stages:
        data[f"name:{stage.code}"] = stage.name
        data[f"days:{stage.code}"] = str(stage.days)
        data[f"after:{stage.code}"] = "、".join(numbers[code] for code in stage.after)
    return {**data, **changes}


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split())
