"""Who gets what from every address of the project: one row for each address and way of asking, one column a person.

The people are the cast's (tests/factories.py). The report belongs to the owner's unit: a colleague checks for that unit, the
stranger reports for another county, the lead's unit leads the indicator, the county office sits in the owner's county.

Each outcome is a status; `*` says that the request changes something (everything else changes nothing), `in` that the
person is led to the sign-in. 409 is for a reviewer whose step somebody has done already. Whoever may not see the report
learns nothing of it: neither what is in it nor, where the answer is 404, whose it is. An address without a row fails
`test_every_address_has_a_row`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from chuangmo.access.models import User
from chuangmo.audit.models import AuditEvent
from chuangmo.files.models import Attachment
from chuangmo.periods import month
from chuangmo.review.models import Case, ReviewEvent, State
from indicators.assessment.models import Verdict
from indicators.assessment.rules import rule_json, validate_rule
from indicators.plan.models import RuleVersion
from indicators.reporting.models import PeriodLock, Report, ReportText, ReportValue
from indicators.reporting.services.attaching import attach_file
from indicators.reporting.services.locks import lock_month
from projects.works.models import Progress, Schedule
from projects.works.services.schedules import begin_schedule
from tests.factories import Cast, make_cast
from tests.indicators.assessment.conftest import RATE
from tests.indicators.reporting.review.story import WAYS, step
from tests.projects.works.conftest import approved, make_project, propose, typed_schedule

pytestmark = pytest.mark.django_db

# One row: address (with a word for the variant, if it has several), the report's state, the way of asking, outcomes.
TABLE = """
address                      state      ask  own  coll stra lead offi coun insp obse asse admi anon

home                         draft      GET  200  200  200  200  200  200  200  200  200  200  in
login                        draft      GET  302  302  302  302  302  302  302  302  302  302  200
login                        draft      POST 302  302  302  302  302  302  302  302  302  302  200
logout                       draft      POST in*  in*  in*  in*  in*  in*  in*  in*  in*  in*  in
password_change              draft      GET  200  200  200  200  200  200  200  200  200  200  in
password_change              draft      POST 302* 302* 302* 302* 302* 302* 302* 302* 302* 302* in
healthz                      draft      GET  200  200  200  200  200  200  200  200  200  200  200
favicon                      draft      GET  302  302  302  302  302  302  302  302  302  302  302

reporting:report-list        draft      GET  200  200  200  200  200  200  200  200  403  200  in
reporting:report             draft      GET  200  200  404  200  200  200  200  200  404  200  in
reporting:report             draft      POST 302* 403  404  403  403  403  403  403  404  403  in
reporting:report-save        draft      POST 200* 403  404  403  403  403  403  403  404  403  in
reporting:report-findings    draft      GET  200  200  404  200  200  200  200  200  404  200  in
reporting:report-paste       draft      POST 200* 403  404  403  403  403  403  403  404  403  in
reporting:file-attach        draft      POST 302* 403  404  403  403  403  403  403  404  403  in
reporting:file-remove        draft      POST 302* 403  404  403  403  403  403  403  404  403  in
reporting:report-extend      draft      GET  403  403  404  403  200  403  403  403  404  403  in
reporting:report-extend      draft      POST 403  403  404  403  302* 403  403  403  404  403  in
reporting:lock-list          draft      GET  403  403  403  403  200  403  403  403  403  403  in
reporting:lock-list          draft      POST 403  403  403  403  302* 403  403  403  403  403  in
reporting:lock-lift          draft      POST 403  403  403  403  302* 403  403  403  403  403  in
files:file-download          draft      GET  200  200  404  200  200  200  200  200  404  200  in

review:home                  submitted  GET  302  302  302  302  302  403  403  403  403  403  in
review:done                  submitted  GET  200  200  200  200  200  403  403  403  403  403  in
review:queue/sign-off        submitted  GET  403  200  403  200  403  403  403  403  403  403  in
review:queue/verify          signed_off GET  403  403  403  200  403  403  403  403  403  403  in
review:queue/accept          verified   GET  403  403  403  403  200  403  403  403  403  403  in
review:queue/returned        returned   GET  200  200  200  200  200  403  403  403  403  403  in
review:batch/sign-off        submitted  POST 403  302* 403  302  403  403  403  403  403  403  in
review:batch/verify          signed_off POST 403  403  403  302* 403  403  403  403  403  403  in
review:batch/accept          verified   POST 403  403  403  403  302* 403  403  403  403  403  in
review:case                  submitted  GET  200  200  404  200  200  200  200  200  404  200  in
review:revision              accepted   GET  200  200  404  200  200  200  200  200  404  200  in
review:submit                draft      POST 302* 403  404  403  403  403  403  403  404  403  in
review:withdraw              submitted  POST 302* 403  404  403  403  403  403  403  404  403  in
review:sign-off              submitted  POST 403  302* 404  403  403  403  403  403  404  403  in
review:verify                signed_off POST 403  403  404  302* 403  403  403  403  404  403  in
review:accept                verified   POST 403  403  404  403  302* 403  403  403  404  403  in
review:send-back/sign-off    submitted  POST 403  302* 404  403  403  403  403  403  404  403  in
review:send-back/verify      signed_off POST 403  409  404  302* 403  403  403  403  404  403  in
review:send-back/accept      verified   POST 403  409  404  409  302* 403  403  403  404  403  in
review:unlock                accepted   POST 403  403  404  403  302* 403  403  403  404  403  in

assessment:wall-current      draft      GET  302  302  302  302  302  302  302  302  302  302  in
assessment:wall-show         draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:wall-assess       draft      POST 403  403  403  403  302* 403  403  403  403  403  in
assessment:indicator-current draft      GET  302  302  302  302  302  302  302  302  302  302  in
assessment:indicator-show    draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:indicator-sources draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:matrix-current    draft      GET  302  302  302  302  302  302  302  302  302  302  in
assessment:matrix-show       draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:month-workbook    draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:month-pdf         draft      GET  200  200  200  200  200  200  200  200  403  200  in

works:project-current        draft      GET  302  302  302  302  302  302  302  302  302  302  in
works:project-list           draft      GET  200  200  200  200  200  200  200  200  403  200  in
works:project-gantt          draft      GET  200  200  200  200  200  200  200  200  403  200  in
works:project-show           draft      GET  200  200  404  200  200  200  200  200  404  200  in
works:schedule-begin         draft      POST 302* 302* 404  403  403  403  403  403  404  403  in
works:schedule-edit          draft      GET  200  200  404  403  403  403  403  403  404  403  in
works:schedule-edit          draft      POST 302* 302* 404  403  403  403  403  403  404  403  in
works:schedule-decide        draft      POST 403  403  404  302* 302* 403  403  403  404  403  in
works:schedule-drop          draft      POST 302* 302* 404  403  403  403  403  403  404  403  in
works:funds                  draft      GET  200  200  200  200  200  200  200  200  403  200  in
works:county-fund            draft      GET  200  200  404  404  403  403  403  403  403  403  in
works:county-fund            draft      POST 302* 302* 404  404  403  403  403  403  403  403  in
works:fund-plan              draft      GET  200  200  404  403  403  403  403  403  404  403  in
works:fund-plan              draft      POST 302* 302* 404  403  403  403  403  403  404  403  in
works:progress-show          draft      GET  200  200  404  200  200  200  200  200  404  200  in
works:progress-show          draft      POST 302* 403  404  403  403  403  403  403  404  403  in
"""
CAST = (
    "owner",
    "colleague",
    "stranger",
    "lead",
    "office",
    "county_office",
    "inspector",
    "observer",
    "assessor",
    "admin",
    "anonymous",
)
VALUE, TEXT, FILE = "913.25", "填埋场渗滤液外溢一次", "渗滤液检测记录.pdf"
UNIT_NAMES = ("钟山区人民政府", "钟山区")
SEES_NOTHING = ("stranger", "assessor", "anonymous")  # of this report
SIGN_IN = ("/accounts/login/", "/admin/login/")  # the desk's own only leads to the other


@dataclass(frozen=True)
class Row:
    """One address asked in one way: what each person gets."""

    address: str
    state: str
    ask: str
    outcomes: dict[str, str]

    @property
    def name(self) -> str:
        return self.address.partition("/")[0]

    @property
    def variant(self) -> str:
        return self.address.partition("/")[2]

    def __str__(self) -> str:
        return f"{self.ask} {self.address}"


def read_table() -> tuple[list[str], list[Row]]:
    head, *lines = [line.split() for line in TABLE.splitlines() if line.strip()]
    people = [next(name for name in CAST if name.startswith(short)) for short in head[3:]]
    return people, [
        Row(address, state, ask, dict(zip(people, cells, strict=True)))
        for address, state, ask, *cells in lines
    ]


PEOPLE, ROWS = read_table()


# The world ----------------------------------------------------------------------------------------------


@dataclass
class World:
    """The cast and one report of the owner's unit that holds a figure, a text and a file."""

    cast: Cast
    report: Report
    attachment: Attachment
    lock: PeriodLock
    cell: ReportValue = field(init=False)

    def __post_init__(self) -> None:
        self.cell = ReportValue.objects.get(report=self.report, element=self.cast.treated)

    def addresses(self, row: Row) -> str:
        arguments: dict[str, dict[str, Any]] = {
            "reporting": {"report_id": self.report.pk},
            "review": {"case_id": self.report.case_id},
            "assessment": {"plan": "2017"},
            "works": {"plan": "2017", "code": "drafted"},
        }
        special: dict[str, dict[str, Any]] = {
            "reporting:report-list": {},
            "reporting:file-remove": {"report_id": self.report.pk, "attachment_id": self.attachment.pk},
            "reporting:lock-list": {},
            "reporting:lock-lift": {"lock_id": self.lock.pk},
            "files:file-download": {"attachment_id": self.attachment.pk},
            "review:home": {},
            "review:done": {},
            "review:queue": {"slug": row.variant},
            "review:batch": {"slug": row.variant},
            "review:revision": {"case_id": self.report.case_id, "number": 1},
            "assessment:wall-current": {},
            "assessment:matrix-current": {},
            "assessment:indicator-current": {"number": 18},
            "assessment:indicator-show": {"plan": "2017", "number": 18},
            "assessment:indicator-sources": {"plan": "2017", "number": 18},
            "assessment:month-workbook": {"plan": "2017", "month": "2017-05"},
            "assessment:month-pdf": {"plan": "2017", "month": "2017-05"},
            "works:project-current": {},
            "works:project-list": {"plan": "2017"},
            "works:project-gantt": {"plan": "2017"},
            "works:schedule-begin": {"plan": "2017", "code": "new"},
            "works:funds": {"plan": "2017"},
            "works:county-fund": {"plan": "2017", "unit_id": self.cast.county.pk},
            "works:progress-show": {"progress_id": Progress.objects.get().pk},
            "works:schedule-decide": {"plan": "2017", "code": "proposed"},
        }
        part = row.name.partition(":")[0]
        return reverse(row.name, kwargs=special.get(row.name, arguments.get(part, {})))

    def body(self, row: Row) -> dict[str, Any]:
        """What is posted: always something that whoever has the right succeeds with."""
        case = Case.objects.get(pk=self.report.case_id)
        key, version = f"v{self.cell.pk}", self.cell.version
        drafted = Schedule.objects.get(project__code="drafted")
        proposed = Schedule.objects.get(project__code="proposed")
        bodies: dict[str, dict[str, Any]] = {
            "works:schedule-begin": {},
            "works:progress-show": {"version": 0, "work": "开工"},
            "works:county-fund": {"version": 0, "budget": "50", "arrived": "", "paid": ""},
            "works:fund-plan": {"city:2017": "100"},
            "works:schedule-edit": typed_schedule(drafted),
            "works:schedule-drop": {"version": drafted.version},
            "works:schedule-decide": {"version": proposed.version, "approve": "1"},
            "login": {"username": "nobody", "password": "nothing"},
            "password_change": {
                "old_password": "old pass phrase",
                "new_password1": "a new pass phrase",
                "new_password2": "a new pass phrase",
            },
            "reporting:report": {key: "900", f"{key}-version": version},
            "reporting:report-save": {"cell": key, "version": version, "raw": "900"},
            "reporting:report-paste": {"at": key, "text": "900", "versions": json.dumps({key: version})},
            "reporting:file-attach": {"files": SimpleUploadedFile("新.txt", "说明".encode())},
            "reporting:report-extend": {"until": "2017-06-30", "reason": "台账在省厅核对"},
            "reporting:lock-list": {"period": "2017-03", "reason": "一季度已经上报"},
            "review:batch": {"item": f"{case.pk}:{case.revision_no}"},
        }
        return bodies.get(row.name, {"revision_no": case.revision_no, "reason": "请核对后重报"})

    def fingerprint(self) -> dict[str, Any]:
        """Everything that a request of the table could change."""
        return {
            "case": list(Case.objects.values("pk", "state", "revision_no", "submitted_by")),
            "events": ReviewEvent.objects.count(),
            "values": list(ReportValue.objects.order_by("pk").values("pk", "raw", "value", "version")),
            "texts": list(ReportText.objects.order_by("pk").values("kind", "text", "version")),
            "files": list(Attachment.objects.order_by("pk").values("pk", "removed_at")),
            "verdicts": Verdict.objects.count(),
            "audit": AuditEvent.objects.count(),
            "progress": list(Progress.objects.values("pk", "version")),
            "schedules": list(Schedule.objects.order_by("pk").values("pk", "state", "version")),
            "passwords": list(User.objects.order_by("pk").values("pk", "password")),
        }


def make_world(state: str) -> World:
    cast = make_cast()
    report = cast.report(values={"i18.produced": "1000", "i18.treated": VALUE}, has_narrative=True)
    for kind in ReportText.Kind.values:
        ReportText.objects.create(report=report, kind=kind, text=TEXT)
    upload = SimpleUploadedFile(FILE, b"%PDF-1.4\n%%EOF\n")
    attachment = attach_file(by=cast.owner, report_id=report.pk, upload=upload)
    for action in WAYS[state]:
        step(cast, report, action)
    lock = lock_month(plan=cast.plan, period=month(2017, 1), reason="一月已经上报", by=cast.office)
    RuleVersion.objects.create(indicator=cast.indicator, version=1, body=rule_json(validate_rule(RATE)))
    make_project(cast, code="new", name="还没有工期的工程")
    begin_schedule(by=cast.owner, project_id=make_project(cast, code="drafted", name="正在编排的工程").pk)
    propose(cast, make_project(cast, code="proposed", name="等待批复的工程"))
    approved(cast, make_project(cast, code="going", name="已经开工的工程"))
    for person in cast.people().values():
        if person.is_authenticated:
            person.set_password("old pass phrase")
            person.save(update_fields=["password"])
    return World(cast, report, attachment, lock)


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is rolled back, so that everybody meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def client_of(world: World, person: str) -> Client:
    client = Client(raise_request_exception=False)
    user = world.cast.people()[person]
    if user.is_authenticated:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def content_of(response: HttpResponseBase) -> str:
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    return raw.decode("utf-8", "replace") + str(response.headers)


def outcome(response: HttpResponseBase) -> str:
    if response.status_code == 302 and response.headers["Location"].startswith(SIGN_IN):
        return "in"
    return str(response.status_code)


# The table ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_the_table_says(row: Row) -> None:
    world = make_world(row.state)
    got, leaks = {}, []
    for person in PEOPLE:
        with undone():
            client = client_of(world, person)
            before = world.fingerprint()
            url = world.addresses(row)
            response = client.get(url) if row.ask == "GET" else client.post(url, world.body(row))
            content = content_of(response)
            signed_out = (
                row.name == "logout" and person != "anonymous" and "_auth_user_id" not in client.session
            )
            changed = signed_out or world.fingerprint() != before
        got[person] = outcome(response) + ("*" if changed else "")
        if person in SEES_NOTHING:
            hidden = [VALUE, TEXT, FILE]
            if response.status_code == 404:
                hidden += UNIT_NAMES
            leaks += [(person, word) for word in hidden if word in content]
    assert got == row.outcomes
    assert leaks == []


def test_what_may_not_leak_is_there_for_those_who_may_see_it() -> None:
    """The other half of the proof above: the words that are looked for are really on the pages."""
    world = make_world(State.SUBMITTED)
    client = client_of(world, "county_office")
    report = content_of(client.get(world.report.get_absolute_url()))
    case = content_of(client.get(reverse("review:case", args=[world.report.case_id])))
    assert [word for word in (VALUE, TEXT, FILE, *UNIT_NAMES) if word not in report] == []
    assert [word for word in (VALUE, TEXT, FILE, UNIT_NAMES[1]) if word not in case] == []


def test_the_other_way_of_asking_is_refused() -> None:
    """Reading never posts and posting never reads: 405 for whoever is signed in."""
    world = make_world(State.SUBMITTED)
    client = client_of(world, "office")
    asked = {(row.name, row.ask) for row in ROWS}
    wrong = {}
    for row in ROWS:
        for ask in ("GET", "POST"):
            if (row.name, ask) not in asked:
                with undone():
                    url = world.addresses(row)
                    response = client.get(url) if ask == "GET" else client.post(url)
                if response.status_code != 405:
                    wrong[f"{ask} {row.name}"] = response.status_code
    assert wrong == {}


# Every address ------------------------------------------------------------------------------------------


def names_of(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_of(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name or pattern.pattern}"


def test_every_address_has_a_row() -> None:
    addresses = set(names_of(get_resolver().url_patterns))
    assert {name for name in addresses if not name.startswith("admin:")} == {row.name for row in ROWS}


def test_everybody_of_the_cast_has_a_column() -> None:
    assert set(PEOPLE) == set(make_cast().people())


# The administrator's desk: one rule for all its pages ---------------------------------------------------------


def desk_addresses(world: World) -> dict[str, str]:
    """Every address of the admin: of each register with the key of its first row (or one that nobody has)."""
    first = {
        f"{model._meta.app_label}_{model._meta.model_name}": getattr(model._default_manager.first(), "pk", 1)
        for model in admin.site._registry
    }
    found = {}
    for name in names_of(get_resolver().url_patterns):
        if not name.startswith("admin:"):
            continue
        key = next((pk for register, pk in first.items() if name.startswith(f"admin:{register}_")), 1)
        for arguments in ((), (key,), (key, 1), ("plan",)):
            try:
                found[name] = reverse(name, args=arguments)
                break
            except Exception:  # another number of arguments
                continue
        else:
            found[name] = f"/admin/{name.removeprefix('admin:')}"  # the catch-all of unknown addresses
    return found


@pytest.mark.parametrize("person", [name for name in PEOPLE if name != "admin"])
def test_the_desk_is_closed_to_everybody_else(person: str) -> None:
    world = make_world(State.DRAFT)
    before = world.fingerprint()
    expected = "in" if person == "anonymous" else "403"
    got = {}
    for name, url in desk_addresses(world).items():
        for ask in ("get", "post"):
            with undone():
                response = getattr(client_of(world, person), ask)(url)
                content = content_of(response)
                assert [word for word in (VALUE, TEXT, FILE) if word in content] == [], name
            if outcome(response) != expected:
                got[f"{ask} {name}"] = outcome(response)
    assert {
        name: status for name, status in got.items() if name.partition(" ")[2] not in OPEN_OF_THE_DESK
    } == {}
    assert world.fingerprint() == before


# Without anything of the register: the sign-in and sign-out of the admin and its translated words for scripts.
OPEN_OF_THE_DESK = {"admin:login", "admin:logout", "admin:jsi18n"}


def test_the_desk_is_open_to_the_administrator() -> None:
    """The registers of settings.DESK_REGISTERS open; what a library registers beside them stays shut."""
    world = make_world(State.DRAFT)
    client = client_of(world, "admin")
    got = {
        (label := f"{model._meta.app_label}.{model._meta.model_name}"): client.get(
            reverse(f"admin:{label.replace('.', '_')}_changelist")
        ).status_code
        for model in admin.site._registry
    }
    assert got == {**dict.fromkeys(got, 403), **dict.fromkeys(settings.DESK_REGISTERS, 200)}
    assert client.get(reverse("admin:index")).status_code == 200
