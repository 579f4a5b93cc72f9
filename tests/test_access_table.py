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
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from archives.books.models import IssuedFile
from archives.books.services import issue_file
from archives.checks.models import CheckRun
from chuangmo.access.models import User
from chuangmo.audit.models import AuditEvent
from chuangmo.files.models import Attachment
from chuangmo.jobs.models import Job
from chuangmo.notices.models import Notice, Preference
from chuangmo.notices.services import notify
from chuangmo.periods import month, year
from chuangmo.review.models import Case, ReviewEvent, State
from indicators.assessment.forms import RuleWordsForm
from indicators.assessment.models import Verdict
from indicators.assessment.rules import rule_json, validate_rule
from indicators.assessment.views.rule import previewed_mark
from indicators.insight.models import Suspicion
from indicators.monitoring.models import Batch, GridDraft
from indicators.plan.models import Indicator, RuleVersion, Site
from indicators.reporting.models import PeriodLock, Report, ReportPart, ReportText, ReportValue
from indicators.reporting.services.attaching import attach_file
from indicators.reporting.services.locks import lock_month
from projects.campaigns.models import Member, MemberImport, Share
from projects.works.models import Progress, Schedule
from projects.works.services.schedules import begin_schedule
from tests.archives.holdings.story import Archive, make_archive
from tests.archives.story import Shelf, shelf
from tests.archives.texts.files import photo
from tests.chuangmo.deadlines.world import Deadlines, make_deadlines
from tests.factories import Cast, make_cast
from tests.indicators.assessment.conftest import RATE
from tests.indicators.insight.cast import make_suspicion
from tests.indicators.monitoring.story import make_world as make_monitoring
from tests.indicators.reporting.review.story import WAYS, step
from tests.projects.campaigns.world import Tasks, make_tasks
from tests.projects.works.conftest import approved, make_project, propose, typed_schedule
from tests.supervision.access import SupervisedWorld, make_supervised
from tests.supervision.appraisal import Appraisal
from tests.supervision.world import Supervision, make_supervision
from tests.worlds import told_once, writes

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
reporting:report-publication draft      GET  403  403  404  200  200  403  403  403  404  403  in
reporting:report-publication draft      POST 403  403  404  302* 302* 403  403  403  404  403  in
reporting:report-extend      draft      GET  403  403  404  403  200  403  403  403  404  403  in
reporting:report-extend      draft      POST 403  403  404  403  302* 403  403  403  404  403  in
reporting:lock-list          draft      GET  403  403  403  403  200  403  403  403  403  403  in
reporting:lock-list          draft      POST 403  403  403  403  302* 403  403  403  403  403  in
reporting:lock-lift          draft      POST 403  403  403  403  302* 403  403  403  403  403  in
files:file-download          draft      GET  200  200  404  200  200  200  200  200  404  200  in
books:verify-ask             draft      GET  200  200  200  200  200  200  200  200  200  200  200
books:verify-show            draft      GET  200  200  200  200  200  200  200  200  200  200  200
books:issued-list            draft      GET  403  403  403  403  200  403  403  403  403  403  in
books:issued-withdraw        draft      GET  403  403  403  403  200  403  403  403  403  403  in
books:issued-withdraw        draft      POST 403  403  403  403  302* 403  403  403  403  403  in

notices:list                 draft      GET  200  200  200  200  200  200  200  200  200  200  in
notices:see-all              draft      POST 302* 302  302  302  302  302  302  302  302  302  in
notices:settings             draft      GET  200  200  200  200  200  200  200  200  200  200  in
notices:settings             draft      POST 302* 302* 302* 302* 302* 302* 302* 302* 302* 302* in
notices:show                 draft      GET  200  404  404  404  404  404  404  404  404  404  in
notices:see                  draft      POST 302* 404  404  404  404  404  404  404  404  404  in
notices:open                 draft      POST 302* 404  404  404  404  404  404  404  404  404  in
jobs:status                  draft      GET  403  403  403  403  200  403  403  403  403  200  in
jobs:job-retry               draft      POST 403  403  403  403  302* 403  403  403  403  302* in
jobs:job-cancel              draft      POST 403  403  403  403  302* 403  403  403  403  302* in
deadlines:chase-list         draft      GET  403  403  403  403  200  200  403  403  403  403  in
deadlines:chase-export       draft      GET  403  403  403  403  200  200  403  403  403  403  in
deadlines:calendar           draft      GET  200  200  200  200  200  200  200  200  403  200  in
deadlines:unit-punctuality   draft      GET  200  200  404  404  200  200  200  200  404  200  in
deadlines:obligation         draft      GET  200  200  404  404  200  200  200  200  404  200  in
deadlines:request-ask/extension  draft  POST 302* 302* 404  404  403  403  403  403  404  403  in
deadlines:request-ask/suspension draft  POST 302* 302* 404  404  403  403  403  403  404  403  in
deadlines:request-ask/objection  draft  POST 302* 302* 404  404  403  403  403  403  404  403  in
deadlines:request-decide     draft      POST 403  403  404  404  302* 403  403  403  404  403  in
deadlines:request-withdraw   draft      POST 302* 302* 404  404  403  403  403  403  404  403  in
deadlines:rung-hold          draft      POST 403  403  404  404  302* 403  403  403  404  403  in
deadlines:act/waive          draft      POST 403  403  404  404  302* 403  403  403  404  403  in
deadlines:act/unwaive        draft      POST 403  403  404  404  302* 403  403  403  404  403  in
deadlines:act/lift           draft      POST 403  403  404  404  302* 403  403  403  404  403  in
deadlines:act/resume         draft      POST 403  403  404  404  302* 403  403  403  404  403  in
deadlines:act/fulfil         draft      POST 403  403  404  404  302* 403  403  403  404  403  in
deadlines:proposal-decide    draft      POST 403  403  404  404  302* 403  403  403  404  403  in
deadlines:proposal-confirm-many draft   POST 403  403  403  403  302* 403  403  403  403  403  in

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

monitoring:site-list         draft      GET  200  200  200  200  200  200  200  200  403  200  in
monitoring:site-list-export  draft      GET  200  200  200  200  200  200  200  200  403  200  in
monitoring:site-show         draft      GET  200  200  200  200  200  200  200  200  403  200  in
monitoring:site-export       draft      GET  200  200  200  200  200  200  200  200  403  200  in
monitoring:batch-list        draft      GET  200  200  200  200  200  200  200  200  403  200  in
monitoring:batch-new         draft      GET  200  403  403  403  403  403  403  403  403  403  in
monitoring:batch-new         draft      POST 302* 403  403  403  403  403  403  403  403  403  in
monitoring:batch-show        draft      GET  200  200  404  200  200  200  200  200  404  200  in
monitoring:batch-file        draft      POST 302* 403  404  403  403  403  403  403  404  403  in
monitoring:batch-reason      draft      POST 302* 403  404  403  403  403  403  403  404  403  in
monitoring:batch-discard     draft      POST 302* 403  404  403  403  403  403  403  404  403  in
monitoring:batch-faults      draft      GET  200  200  404  200  200  200  200  200  404  200  in
monitoring:batch-template    draft      GET  200  403  403  403  403  403  403  403  403  403  in
monitoring:grid              draft      GET  200  403  403  403  403  403  403  403  403  403  in
monitoring:grid              draft      POST 302* 403  403  403  403  403  403  403  403  403  in
monitoring:grid-keep         draft      POST 200* 403  403  403  403  403  403  403  403  403  in
monitoring:grid-drop         draft      POST 302  403  403  403  403  403  403  403  403  403  in

assessment:wall-current      draft      GET  302  302  302  302  302  302  302  302  302  302  in
assessment:wall-show         draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:wall-assess       draft      POST 403  403  403  403  302* 403  403  403  403  403  in
assessment:indicator-current draft      GET  302  302  302  302  302  302  302  302  302  302  in
assessment:indicator-show    draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:indicator-sources draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:indicator-what-if draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:indicator-rule    draft      GET  403  403  403  403  200  403  403  403  403  403  in
assessment:indicator-rule    draft      POST 403  403  403  403  302* 403  403  403  403  403  in
assessment:indicator-rule-versions draft GET 200  200  200  200  200  200  200  200  403  200  in
assessment:matrix-current    draft      GET  302  302  302  302  302  302  302  302  302  302  in
assessment:matrix-show       draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:month-workbook    draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:month-pdf         draft      GET  200  200  200  200  200  200  200  200  403  200  in
assessment:month-issue       draft      POST 403  403  403  403  302* 403  403  403  403  403  in

checks:search                draft      GET  200  200  200  200  200  200  200  200  403  200  in
checks:gap-list              draft      GET  200  200  200  200  200  200  200  200  403  200  in
checks:run-list              draft      GET  200  200  200  200  200  200  200  200  403  200  in
checks:run-start             draft      POST 403  403  403  403  302* 403  403  403  403  403  in
checks:run-show              draft      GET  200  200  200  200  200  200  200  200  403  200  in
checks:run-certificate       draft      GET  403  403  403  403  200  403  403  403  403  200  in
texts:file-show              draft      GET  200  200  404  200  200  200  200  200  404  200  in
texts:file-picture           draft      GET  200  200  404  200  200  200  200  200  404  200  in

insight:watch-list           draft      GET  200  200  200  200  200  200  200  200  403  200  in
insight:watch-show           accepted   GET  200  200  404  200  200  200  200  200  403  200  in
insight:watch-send-back      accepted   POST 403  403  404  403  302* 403  403  403  403  403  in
insight:watch-decide         accepted   POST 403  403  404  403  302* 403  403  403  403  403  in
insight:watch-check          draft      POST 403  403  403  403  302* 403  403  403  403  403  in
works:project-current        draft      GET  302  302  302  302  302  302  302  302  302  302  in
works:project-list           draft      GET  200  200  200  200  200  200  200  200  403  200  in
works:project-gantt          draft      GET  200  200  200  200  200  200  200  200  403  200  in
works:project-show           draft      GET  200  200  404  200  200  200  200  200  404  200  in
works:schedule-begin         draft      POST 302* 302* 404  403  403  403  403  403  404  403  in
works:schedule-edit          draft      GET  200  200  404  403  403  403  403  403  404  403  in
works:schedule-edit          draft      POST 302* 302* 404  403  403  403  403  403  404  403  in
works:schedule-decide        draft      POST 403  403  404  302* 302* 403  403  403  404  403  in
works:schedule-drop          draft      POST 302* 302* 404  403  403  403  403  403  404  403  in
works:project-board          draft      GET  200  200  200  200  200  200  200  200  403  200  in
works:project-counties       draft      GET  200  200  200  200  200  200  200  200  403  200  in
works:project-workbook       draft      GET  200  200  200  200  200  200  200  200  403  200  in
works:project-card           draft      GET  200  200  404  200  200  200  200  200  404  200  in
works:funds                  draft      GET  200  200  200  200  200  200  200  200  403  200  in
works:county-fund            draft      GET  200  200  404  404  403  403  403  403  403  403  in
works:county-fund            draft      POST 302* 302* 404  404  403  403  403  403  403  403  in
works:fund-plan              draft      GET  200  200  404  403  403  403  403  403  404  403  in
works:fund-plan              draft      POST 302* 302* 404  403  403  403  403  403  404  403  in
works:progress-show          draft      GET  200  200  404  200  200  200  200  200  404  200  in
works:progress-show          draft      POST 302* 403  404  403  403  403  403  403  404  403  in

meetings:meeting-list        draft      GET  200  200  200  200  200  200  200  200  403  200  in
meetings:meeting-new         draft      GET  403  403  403  403  200   200  403  403  403  403  in
meetings:meeting-new         draft      POST 403  403  403  403  302*  302* 403  403  403  403  in
meetings:meeting-show        draft      GET  200  200  404  200  200  200  200  200  404  200  in
meetings:meeting-edit        draft      GET  403  403  404  403  200   403  403  403  404  403  in
meetings:meeting-edit        draft      POST 403  403  404  403  302*  403  403  403  404  403  in
meetings:item-edit           draft      GET  403  403  404  403  200   403  403  403  404  403  in
meetings:item-edit           draft      POST 403  403  404  403  302*  403  403  403  404  403  in
meetings:item-add            draft      POST 403  403  404  403  302*  403  403  403  404  403  in
meetings:item-act/remove     draft      POST 403  403  404  403  302*  403  403  403  404  403  in
meetings:meeting-answer      draft      POST 302* 302* 404  302* 403  403  403  403  404  403  in
meetings:meeting-act/draw    draft      POST 403  403  404  403  302*  403  403  403  404  403  in
meetings:meeting-act/hold    draft      POST 403  403  404  403  302*  403  403  403  404  403  in
meetings:meeting-act/cancel  draft      POST 403  403  404  403  302*  403  403  403  404  403  in
meetings:meeting-act/convene draft      POST 404  404  404  404  302*  404  404  404  404  404  in
meetings:meeting-attendance  draft      GET  403  403  404  403  200   403  403  403  404  403  in
meetings:meeting-attendance  draft      POST 403  403  404  403  302*  403  403  403  404  403  in
meetings:meeting-minutes     draft      GET  403  403  404  403  200   403  403  403  404  403  in
meetings:meeting-minutes     draft      POST 403  403  404  403  302*  403  403  403  404  403  in
meetings:minutes-save        draft      POST 403  403  404  403  200*  403  403  403  404  403  in
meetings:meeting-issue       draft      POST 403  403  404  403  302*  403  403  403  404  403  in
meetings:minutes-pdf         draft      GET  200  200  404  200  200  200  200  200  404  200  in
meetings:minutes-docx        draft      GET  200  200  404  200  200  200  200  200  404  200  in
meetings:decision-list       draft      GET  200  200  200  200  200  200  200  200  403  200  in
meetings:decision-show       draft      GET  200  200  404  404  200  200  200  200  404  200  in
meetings:decision-attach     draft      POST 302* 302* 404  404  403  403  403  403  404  403  in
meetings:decision-act/report draft      POST 302* 302* 404  404  403  403  403  403  404  403  in
meetings:decision-act/accept draft      POST 403  403  404  404  302* 403  403  403  404  403  in
meetings:decision-act/send_back draft      POST 403  403  404  404  302* 403  403  403  404  403  in
meetings:decision-act/withdraw draft      POST 403  403  404  404  302* 403  403  403  404  403  in
meetings:decision-act/order  draft      POST 403  403  404  404  302* 403  403  403  404  403  in
accountability:measure-list  draft      GET  200  200  200  200  200  200  200  200  403  200  in
accountability:measure-new   draft      GET  403  403  403  403  200   403  403  403  403  403  in
accountability:measure-new   draft      POST 403  403  403  403  302*  403  403  403  403  403  in
accountability:measure-show  draft      GET  200  200  404  404  200  404  200  200  404  404  in
accountability:measure-edit  draft      GET  404  404  404  404  200   404  404  404  404  404  in
accountability:measure-edit  draft      POST 404  404  404  404  302*  404  404  404  404  404  in
accountability:measure-pdf   draft      GET  200  200  404  404  200  404  200  200  404  404  in
accountability:measure-docx  draft      GET  200  200  404  404  200  404  200  200  404  404  in
accountability:record-pdf    draft      GET  200  200  404  404  200  404  200  200  404  404  in
accountability:measure-attach draft      POST 403  403  404  404  302* 404  403  403  404  404  in
accountability:measure-act/propose draft      POST 404  404  404  404  302*  404  404  404  404  404  in
accountability:measure-act/approve draft      POST 404  404  404  404  302*  404  404  404  404  404  in
accountability:measure-act/return draft      POST 404  404  404  404  302*  404  404  404  404  404  in
accountability:measure-act/hold draft      POST 403  403  404  404  302* 404  403  403  404  404  in
accountability:measure-act/promise draft      POST 403  403  404  404  302* 404  403  403  404  404  in
accountability:measure-act/follow draft      POST 403  403  404  404  302* 404  403  403  404  404  in
accountability:measure-act/close draft      POST 403  403  404  404  302* 404  403  403  404  404  in
accountability:measure-act/drop draft      POST 403  403  404  404  302* 404  403  403  404  404  in
campaigns:task-current       draft      GET  302  302  302  302  302  302  302  302  302  302  in
campaigns:task-list          draft      GET  200  200  200  200  200  200  200  200  403  200  in
campaigns:task-show          draft      GET  200  200  404  200  200  200  200  200  404  200  in
campaigns:task-act/tick      draft      POST 302* 302* 404  403  403  403  403  403  404  403  in
campaigns:task-act/verify    draft      POST 403  403  404  302* 302* 403  403  403  404  403  in
campaigns:task-act/assign    draft      POST 302* 302* 404  302* 302* 403  403  403  404  403  in
campaigns:member-new         draft      GET  200  200  404  200  200  403  403  403  404  403  in
campaigns:member-new         draft      POST 302* 302* 404  302* 302* 403  403  403  404  403  in
campaigns:member-show        draft      GET  200  200  404  200  200  200  200  200  404  200  in
campaigns:member-show        draft      POST 302* 302* 404  302* 302* 403  403  403  404  403  in
campaigns:member-attach      draft      POST 302* 302* 404  302* 302* 403  403  403  404  403  in
campaigns:member-detach      draft      POST 302* 302* 404  302* 302* 403  403  403  404  403  in
campaigns:import-new         draft      GET  200  200  404  200  200  403  403  403  404  403  in
campaigns:import-new         draft      POST 302* 302* 404  302* 302* 403  403  403  404  403  in
campaigns:import-template    draft      GET  200  200  404  200  200  403  403  403  404  403  in
campaigns:import-show        draft      GET  200  404  404  200  200  404  404  404  404  404  in
campaigns:import-decide      draft      POST 302* 404  404  403  403  404  404  404  404  404  in
campaigns:import-confirm     draft      POST 302* 404  404  403  403  404  404  404  404  404  in
campaigns:import-discard     draft      POST 302* 404  404  403  403  404  404  404  404  404  in
campaigns:share-list         draft      GET  200  200  404  200  200  200  200  200  404  200  in
campaigns:share-act          draft      POST 302* 302* 404  302* 302* 403  403  403  404  403  in
supervision:hub              draft      GET  200  200  200  200  200  200  200  200  403  200  in
inspections:inspection-list  draft      GET  200  200  200  200  200  200  200  200  403  200  in
inspections:inspection-new   draft      GET  403  403  403  403  200  200  200  403  403  403  in
inspections:inspection-new   draft      POST 403  403  403  403  302* 422  422  403  403  403  in
inspections:inspection-show  draft      GET  200  200  404  404  200  200  200  200  404  200  in
inspections:inspection-edit  draft      GET  403  403  404  404  200  403  403  403  404  403  in
inspections:inspection-edit  draft      POST 403  403  404  404  302* 403  403  403  404  403  in
inspections:inspection-check draft      POST 403  403  404  404  302* 403  403  403  404  403  in
inspections:inspection-comment draft      POST 403  403  404  404  403  403  302* 403  404  403  in
inspections:inspection-move/begin draft      POST 403  403  404  404  302* 403  403  403  404  403  in
inspections:inspection-move/finish draft      POST 403  403  404  404  302* 403  403  403  404  403  in
inspections:inspection-move/release draft      POST 403  403  404  404  302* 403  403  403  404  403  in
inspections:inspection-move/call-off draft      POST 403  403  404  404  302* 403  403  403  404  403  in
inspections:finding-new      draft      GET  403  403  404  404  200  403  403  403  404  403  in
inspections:finding-new      draft      POST 403  403  404  404  302* 403  403  403  404  403  in
inspections:finding-list     draft      GET  200  200  200  200  200  200  200  200  403  200  in
inspections:finding-direct   draft      GET  403  403  403  403  200  200  200  403  403  403  in
inspections:finding-direct   draft      POST 403  403  403  403  302* 302* 302* 403  403  403  in
inspections:finding-show/known draft      GET  200  200  404  404  200  200  200  200  404  200  in
inspections:finding-show/hidden draft      GET  404  404  404  404  200  404  404  404  404  404  in
inspections:finding-edit     draft      GET  404  404  404  404  200  404  404  404  404  404  in
inspections:finding-edit     draft      POST 404  404  404  404  302* 404  404  404  404  404  in
inspections:finding-photos   draft      POST 404  404  404  404  302* 404  404  404  404  404  in
inspections:finding-drop     draft      POST 404  404  404  404  302* 404  404  404  404  404  in
inspections:comment-list     draft      GET  403  403  403  403  200  403  200  200  403  200  in
inspections:comment-list     draft      POST 403  403  403  403  403  403  302* 403  403  403  in
inspections:comment-answer   draft      POST 404  404  404  404  302* 404  404  403  404  403  in

orders:order-list            draft      GET  200  200  200  200  200  200  200  200  403  200  in
orders:rebound-list          draft      GET  200  200  200  200  200  200  200  200  403  200  in
orders:order-new             draft      GET  403  403  403  403  200  200  200  403  403  403  in
orders:order-new             draft      POST 403  403  403  403  302* 422  422  403  403  403  in
orders:order-show            draft      GET  200  200  404  200  200  200  200  200  404  200  in
orders:order-paper           draft      GET  200  200  404  200  200  200  200  200  404  200  in
orders:order-edit            draft      GET  404  404  404  404  200  404  404  404  404  404  in
orders:order-edit            draft      POST 404  404  404  404  302* 404  404  404  404  404  in
orders:order-comment         draft      POST 403  403  404  403  403  403  302* 403  404  403  in
orders:order-move/issue      draft      POST 404  404  404  404  302* 404  404  404  404  404  in
orders:order-move/sign       draft      POST 302* 302* 404  403  403  403  403  403  404  403  in
orders:order-move/answer     draft      POST 302* 302* 404  403  403  403  403  403  404  403  in
orders:order-move/review     draft      POST 403  403  404  403  302* 403  403  403  404  403  in
orders:order-move/close      draft      POST 403  403  404  403  302* 403  403  403  404  403  in
orders:order-move/send-back  draft      POST 403  403  404  403  302* 403  403  403  404  403  in
orders:order-move/second     draft      POST 403  403  404  403  302* 403  403  403  404  403  in
orders:order-move/rebound    draft      POST 403  403  404  403  302* 403  403  403  404  403  in
orders:order-move/cancel     draft      POST 403  403  404  403  302* 403  403  403  404  403  in
orders:order-move/note       draft      POST 302* 302* 404  302* 302* 403  403  403  404  403  in
orders:order-move/help       draft      POST 403  403  404  302* 403  403  403  403  404  403  in
holdings:matrix-current      draft      GET  302  302  302  302  302  302  302  302  403  302  in
holdings:matrix-show         draft      GET  200  200  200  200  200  200  200  200  403  200  in
holdings:catalogue-show      draft      GET  200  200  200  200  200  200  200  200  403  200  in
holdings:piece-list          draft      GET  200  200  200  200  200  200  200  200  403  200  in
holdings:mine                draft      GET  200  403  200  403  403  403  403  403  403  403  in
holdings:requirement-show    draft      GET  200  200  200  200  200  200  200  200  403  200  in
holdings:requirement-offer   draft      POST 302* 403  403  403  403  403  403  403  403  403  in
holdings:piece-show          draft      GET  200  200  404  200  200  200  200  200  404  200  in
holdings:piece-show          draft      POST 302* 403  404  403  403  403  403  403  404  403  in
holdings:piece-version       draft      POST 302* 403  404  403  403  403  403  403  404  403  in
holdings:piece-discard       draft      POST 302* 403  404  403  403  403  403  403  404  403  in
holdings:piece-also          draft      POST 403  403  404  403  302* 403  403  403  404  403  in
holdings:piece-place         draft      POST 403  403  404  403  302* 403  403  403  404  403  in
holdings:box-list            draft      GET  403  403  403  403  200  403  403  403  403  403  in
holdings:box-list            draft      POST 403  403  403  403  302* 403  403  403  403  403  in
holdings:box-show            draft      GET  403  403  403  403  200  403  403  403  403  403  in
holdings:box-show            draft      POST 403  403  403  403  302* 403  403  403  403  403  in
holdings:box-label           draft      GET  403  403  403  403  200  403  403  403  403  403  in
holdings:folder-print        draft      GET  403  403  403  403  200  403  403  403  403  403  in
dossiers:dossier-list        draft      GET  403  403  403  403  200  403  403  200  200  200  in
dossiers:snapshot-new        draft      GET  403  403  403  403  200  403  403  403  403  403  in
dossiers:snapshot-new        draft      POST 403  403  403  403  302* 403  403  403  403  403  in
dossiers:snapshot-show       draft      GET  403  403  403  403  200  403  403  403  403  403  in
dossiers:snapshot-chapter    draft      GET  403  403  403  403  200  403  403  403  403  403  in
dossiers:snapshot-compare    draft      GET  403  403  403  403  200  403  403  403  403  403  in
dossiers:dossier-make        draft      POST 403  403  403  403  302* 403  403  403  403  403  in
dossiers:text-list           draft      GET  403  403  403  403  200  403  403  403  403  403  in
dossiers:text-preview        draft      POST 403  403  403  403  200  403  403  403  403  403  in
dossiers:text-edit           draft      GET  403  403  403  403  200  403  403  403  403  403  in
dossiers:text-edit           draft      POST 403  403  403  403  302* 403  403  403  403  403  in
dossiers:text-draft          draft      GET  403  403  403  403  200  403  403  403  403  403  in
dossiers:chapter-preview     draft      GET  403  403  403  403  200  403  403  403  403  403  in
dossiers:dossier-show        draft      GET  404  404  404  404  200  404  404  200  404  200  in
dossiers:dossier-progress    draft      GET  404  404  404  404  200  404  404  200  404  200  in
dossiers:dossier-file        draft      GET  404  404  404  404  302  404  404  302  404  302  in
dossiers:dossier-workbook    draft      GET  404  404  404  404  302  404  404  302  404  302  in
dossiers:dossier-package     draft      GET  404  404  404  404  302  404  404  302  404  302  in
dossiers:cited-list          draft      GET  404  404  404  404  200  404  404  200  404  200  in
dossiers:cited-list/open     draft      GET  404  404  404  404  200  404  404  200  200  200  in
dossiers:cited-piece         draft      GET  404  404  404  404  200  404  404  200  404  200  in
dossiers:cited-piece/open    draft      GET  404  404  404  404  200  404  404  200  200  200  in
dossiers:cited-piece/other   draft      GET  404  404  404  404  404  404  404  404  404  404  in
holdings:piece-show/cited    draft      GET  200  200  404  200  200  200  200  200  302  200  in
files:file-download/cited    draft      GET  200  200  404  200  200  200  200  200  200  200  in
texts:file-show/cited        draft      GET  200  200  404  200  200  200  200  200  200  200  in
files:file-download/other    draft      GET  200  200  404  200  200  200  200  200  404  200  in
texts:file-show/other        draft      GET  200  200  404  200  200  200  200  200  404  200  in
dossiers:dossier-stop        draft      POST 403  403  403  403  302* 403  403  403  403  403  in
dossiers:dossier-resume      draft      POST 403  403  403  403  302* 403  403  403  403  403  in
dossiers:dossier-open        draft      POST 403  403  403  403  302* 403  403  403  403  403  in
dossiers:dossier-close       draft      POST 403  403  403  403  302* 403  403  403  403  403  in
scores:current               draft      GET  302  302  302  302  302  302  302  302  302  302  in
scores:mine                  draft      GET  302  302  302  302  302  302  302  302  302  302  in
scores:list                  draft      GET  200  200  200  200  200  200  200  200  403  200  in
scores:round                 draft      GET  200  200  404  404  200  200  404  404  403  404  in
scores:unit                  draft      GET  200  200  404  404  200  200  404  404  403  404  in
scores:compute               draft      POST 403  403  403  403  302* 403  403  403  403  403  in
scores:recheck               draft      POST 403  403  403  403  302* 403  403  403  403  403  in
scores:show                  draft      POST 404  404  404  404  302* 404  404  404  403  404  in
scores:finish                draft      POST 403  403  404  404  302* 403  404  404  403  404  in
scores:object                draft      POST 302* 302* 404  404  403  403  404  404  403  404  in
scores:adjust                draft      POST 403  403  404  404  302* 403  404  404  403  404  in
scores:withdraw              draft      POST 403  403  404  404  302* 403  404  404  404  404  in
scores:decide                draft      POST 403  403  404  404  302* 403  404  404  404  404  in
scores:correct               draft      POST 403  403  403  403  302* 403  403  403  404  403  in
letters:list                 draft      GET  200  200  200  200  200  200  200  200  403  200  in
letters:show                 draft      GET  200  200  404  404  200  200  200  200  404  200  in
letters:pdf                  draft      GET  200  200  404  404  200  200  200  200  404  200  in
letters:docx                 draft      GET  200  200  404  404  200  200  200  200  404  200  in
letters:draft                draft      POST 403  403  403  403  302* 403  403  403  403  403  in
letters:revise               draft      POST 403  403  404  404  302* 403  403  403  404  403  in
letters:edit                 draft      GET  404  404  404  404  200  404  404  404  404  404  in
letters:edit                 draft      POST 404  404  404  404  302* 404  404  404  404  404  in
letters:facts                draft      POST 404  404  404  404  302* 404  404  404  404  404  in
letters:issue                draft      POST 404  404  404  404  302* 404  404  404  404  404  in
letters:sign                 draft      POST 403  302* 404  404  302* 403  403  403  404  403  in
bulletins:list               draft      GET  200  200  200  200  200  200  200  200  403  200  in
bulletins:show               draft      GET  200  200  200  200  200  200  200  200  404  200  in
bulletins:pdf                draft      GET  200  200  200  200  200  200  200  200  404  200  in
bulletins:docx               draft      GET  200  200  200  200  200  200  200  200  404  200  in
bulletins:draft              draft      POST 403  403  403  403  302* 403  403  403  403  403  in
bulletins:edit               draft      GET  404  404  404  404  200  404  404  404  404  404  in
bulletins:edit               draft      POST 404  404  404  404  302* 404  404  404  404  404  in
bulletins:rows               draft      POST 404  404  404  404  302* 404  404  404  404  404  in
bulletins:drop               draft      POST 404  404  404  404  302* 404  404  404  404  404  in
bulletins:propose            draft      POST 404  404  404  404  302* 404  404  404  404  404  in
bulletins:return             draft      POST 404  404  404  404  302* 404  404  302* 404  404  in
bulletins:issue              draft      POST 404  404  404  404  403  404  404  302* 404  404  in
bulletins:cancel             draft      POST 403  403  403  403  302* 403  403  302* 404  403  in
morning:show                 draft      GET  403  403  403  403  200  403  403  403  403  403  in
morning:looked               draft      POST 403  403  403  403  302* 403  403  403  403  403  in
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
WATER = "断面,月份,氨氮\n响水河,2017-05,0.2\n"
VALUE, TEXT, FILE = "913.25", "填埋场渗滤液外溢一次", "渗滤液检测记录.pdf"
UNIT_NAMES = ("钟山区人民政府", "钟山区")
SEES_NOTHING = ("stranger", "assessor", "anonymous")  # of this report
ROWS_AT_A_TIME = 25
SIGN_IN = ("/accounts/login/", "/admin/login/")  # the desk's own only leads to the other


@dataclass(frozen=True)
class Row:
    """One address asked in one way: what each person gets."""

    address: str
    state: State
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
        Row(address, State(state), ask, dict(zip(people, cells, strict=True)))
        for address, state, ask, *cells in lines
    ]


PEOPLE, ROWS = read_table()


# The world ----------------------------------------------------------------------------------------------


@dataclass
class World:
    """The cast and one report of the owner's unit that holds a figure, a text and a file; another awaits a publication."""

    cast: Cast
    report: Report
    attachment: Attachment
    lock: PeriodLock
    awaited: Report
    notice: Notice
    job: Job
    deadlines: Deadlines
    section: Site
    readings: Batch
    suspicion: Suspicion
    meetings: Supervision
    tasks: Tasks
    supervision: SupervisedWorld
    archive: Archive
    picture: Attachment
    check_run: CheckRun
    shelf: Shelf
    appraisal: Appraisal
    cell: ReportValue = field(init=False)

    def __post_init__(self) -> None:
        self.cell = ReportValue.objects.get(report=self.report, element=self.cast.treated)

    def addresses(self, row: Row) -> str:
        arguments: dict[str, dict[str, Any]] = {
            "reporting": {"report_id": self.report.pk},
            "review": {"case_id": self.report.case_id},
            "assessment": {"plan": "2017"},
            "notices": {"notice_id": self.notice.pk},
            "jobs": {"job_id": self.job.pk},
            "monitoring": {"batch_id": self.readings.pk},
            "insight": {"suspicion_id": self.suspicion.pk},
            "works": {"plan": "2017", "code": "drafted"},
            "campaigns": {"plan": "2017", "code": "boilers"},
            **self.supervision.arguments(row.variant),
            "books": {"code": IssuedFile.objects.get().code},
            "dossiers": {"dossier_id": self.shelf.done.pk},
        }
        special: dict[str, dict[str, Any]] = {
            "reporting:report-list": {},
            "reporting:file-remove": {"report_id": self.report.pk, "attachment_id": self.attachment.pk},
            "reporting:report-publication": {"report_id": self.awaited.pk},
            "reporting:lock-list": {},
            "reporting:lock-lift": {"lock_id": self.lock.pk},
            **self._deadlines(row.variant),
            **self.supervision.special(row.variant),
            "files:file-download": {"attachment_id": self.attachment.pk},
            "texts:file-show": {"attachment_id": self.attachment.pk},
            "texts:file-picture": {"attachment_id": self.picture.pk, "page": 1},
            "checks:run-show": {"run_id": self.check_run.pk},
            "checks:run-certificate": {"run_id": self.check_run.pk},
            "checks:run-list": {},
            "checks:run-start": {},
            "checks:search": {},
            "checks:gap-list": {},
            "books:verify-ask": {},
            "books:issued-list": {},
            "notices:list": {},
            "notices:see-all": {},
            "notices:settings": {},
            "jobs:status": {},
            "review:home": {},
            "review:done": {},
            "review:queue": {"slug": row.variant},
            "review:batch": {"slug": row.variant},
            "review:revision": {"case_id": self.report.case_id, "number": 1},
            "monitoring:site-list": {},
            "monitoring:site-list-export": {},
            "monitoring:site-show": {"site_id": self.section.pk},
            "monitoring:site-export": {"site_id": self.section.pk},
            "monitoring:batch-list": {},
            "monitoring:batch-new": {},
            "monitoring:batch-template": {"kind": "water"},
            "monitoring:grid": {},
            "monitoring:grid-keep": {},
            "monitoring:grid-drop": {},
            "assessment:wall-current": {},
            "assessment:matrix-current": {},
            "assessment:indicator-current": {"number": 18},
            "assessment:indicator-show": {"plan": "2017", "number": 18},
            "assessment:indicator-sources": {"plan": "2017", "number": 18},
            "assessment:indicator-what-if": {"plan": "2017", "number": 18},
            "assessment:indicator-rule": {"plan": "2017", "number": 18},
            "assessment:indicator-rule-versions": {"plan": "2017", "number": 18},
            "assessment:month-workbook": {"plan": "2017", "month": "2017-05"},
            "assessment:month-pdf": {"plan": "2017", "month": "2017-05"},
            "assessment:month-issue": {"plan": "2017", "month": "2017-05"},
            "insight:watch-list": {},
            "insight:watch-check": {},
            **self.tasks.addresses(),
            "works:project-current": {},
            "works:project-list": {"plan": "2017"},
            "works:project-gantt": {"plan": "2017"},
            "works:schedule-begin": {"plan": "2017", "code": "new"},
            "works:funds": {"plan": "2017"},
            "works:project-board": {"plan": "2017"},
            "works:project-counties": {"plan": "2017"},
            "works:project-workbook": {"plan": "2017"},
            "works:county-fund": {"plan": "2017", "unit_id": self.cast.county.pk},
            "works:progress-show": {"progress_id": Progress.objects.get().pk},
            "works:schedule-decide": {"plan": "2017", "code": "proposed"},
            **self.archive.addresses(),
            **self._dossiers(),
            **self._cited(row.variant),
            **self.appraisal.addresses(),
        }
        part = row.name.partition(":")[0]
        supervised = self.meetings.arguments(row.name, row.variant)
        if supervised is not None:
            return reverse(row.name, kwargs=supervised)
        return reverse(row.name, kwargs=special.get(row.name, arguments.get(part, {})))

    def _dossiers(self) -> dict[str, dict[str, Any]]:
        snapshot, slug = {"snapshot_id": self.shelf.snapshot.pk}, {"slug": "indicator-18"}
        return {
            "dossiers:dossier-list": {},
            "dossiers:snapshot-new": {},
            "dossiers:snapshot-show": snapshot,
            "dossiers:snapshot-chapter": {**snapshot, **slug},
            "dossiers:snapshot-compare": snapshot,
            "dossiers:dossier-make": {"snapshot_id": self.shelf.other.pk},
            "dossiers:text-list": {},
            "dossiers:text-preview": {},
            "dossiers:text-edit": slug,
            "dossiers:text-draft": {**slug, "block": "work"},
            "dossiers:chapter-preview": slug,
            "dossiers:dossier-stop": {"dossier_id": self.shelf.making.pk},
            "dossiers:dossier-resume": {"dossier_id": self.shelf.making.pk},
            "dossiers:dossier-close": {
                "dossier_id": self.shelf.done.pk,
                "user_id": self.cast.assessor.pk,
            },
        }

    def _cited(self, variant: str) -> dict[str, dict[str, Any]]:
        """The piece that the snapshot cites, by the dossier that is open to the assessor or by the other; and its files."""
        by = self.shelf.open if variant in ("open", "other") else self.shelf.done
        piece = self.archive.draft if variant == "other" else self.archive.kept
        found: dict[str, dict[str, Any]] = {
            "dossiers:cited-list": {"dossier_id": by.pk},
            "dossiers:cited-piece": {"dossier_id": by.pk, "piece_id": piece.pk},
        }
        if variant in ("cited", "other"):
            attachment = {"attachment_id": piece.versions.get().attachment_id}
            found["holdings:piece-show"] = {"piece_id": piece.pk}
            found["files:file-download"] = found["texts:file-show"] = attachment
        return found

    def _deadlines(self, variant: str) -> dict[str, dict[str, Any]]:
        found = self.deadlines
        stands = {"lift": found.held, "resume": found.paused, "unwaive": found.let_off}
        return {
            "deadlines:chase-list": {},
            "deadlines:chase-export": {},
            "deadlines:calendar": {},
            "deadlines:proposal-confirm-many": {},
            "deadlines:unit-punctuality": {"unit_id": self.cast.county.pk},
            "deadlines:obligation": {"obligation_id": found.plain.pk},
            "deadlines:request-ask": {"obligation_id": found.plain.pk, "kind": variant},
            "deadlines:request-decide": {"request_id": found.asked.pk},
            "deadlines:request-withdraw": {"request_id": found.asked.pk},
            "deadlines:rung-hold": {"obligation_id": found.plain.pk},
            "deadlines:act": {"obligation_id": stands.get(variant, found.plain).pk, "act": variant},
            "deadlines:proposal-decide": {"proposal_id": found.proposed.pk},
        }

    def typed(self) -> dict[str, str]:
        return {f"g:{self.section.pk}:month": "2017-05", f"g:{self.section.pk}:nh3n": "0.3"}

    def body(self, row: Row) -> dict[str, Any]:
        """What is posted: always something that whoever has the right succeeds with."""
        if row.name in ("meetings:decision-attach", "accountability:measure-attach"):
            return {"files": SimpleUploadedFile("完成.txt", "已完成".encode())}
        supervised = self.meetings.body(row.name, row.variant)
        if supervised is not None:
            return supervised
        case = Case.objects.get(pk=self.report.case_id)
        key, version = f"v{self.cell.pk}", self.cell.version
        drafted = Schedule.objects.get(project__code="drafted")
        proposed = Schedule.objects.get(project__code="proposed")
        bodies: dict[str, dict[str, Any]] = {
            **self.tasks.bodies(row.variant),
            **self.supervision.bodies(row.variant),
            **self.archive.bodies(),
            "dossiers:snapshot-new": {"title": "报省稿", "as_of": "2017-05-31"},
            "dossiers:text-preview": {"name": "work", "work-text": "- 一条"},
            "dossiers:text-edit": {"block": "work", "work-text": "已完成。", "work-version": "0"},
            "dossiers:dossier-open": {"person": self.cast.assessor.pk},
            **self.appraisal.bodies(),
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
            "reporting:report-publication": {"due_on": "2017-06-19", "reason": "省厅核查通报"},
            "reporting:lock-list": {"period": "2017-03", "reason": "一季度已经上报"},
            "notices:see-all": {"up_to": self.notice.pk},
            "notices:settings": {"mail": "on", "digest_at": "09:00"},
            "deadlines:request-ask": {"until": "2017-06-20", "reason": "等省厅核定"},
            "deadlines:request-decide": {"granted": "yes", "decision": "同意"},
            "deadlines:rung-hold": {"rung": "3", "reason": "正在核对口径"},
            "deadlines:proposal-decide": {"decision": "no", "reason": "已电话催办"},
            "deadlines:proposal-confirm-many": {"item": self.deadlines.proposed.pk},
            "assessment:indicator-rule": publishing(self.cast.indicator),
            "monitoring:batch-new": {
                "unit": self.cast.county.pk,
                "kind": "water",
                "file": SimpleUploadedFile("六月.csv", WATER.encode()),
            },
            "monitoring:batch-file": {"file": SimpleUploadedFile("改好.csv", WATER.encode())},
            "monitoring:grid": {"kind": "section", "period": "2017-05", **self.typed()},
            "monitoring:grid-keep": {"kind": "section", "period": "2017-05", **self.typed()},
            "insight:watch-send-back": {
                "choice": f"{self.report.pk}:{case.revision_no}",
                "reason": "请核对后重报",
            },
            "insight:watch-decide": {"decision": "explained", "reason": "已经核实"},
            "review:batch": {"item": f"{case.pk}:{case.revision_no}"},
        }
        return bodies.get(row.name, {"revision_no": case.revision_no, "reason": "请核对后重报"})

    @cached_property
    def sessions(self) -> dict[str, str]:
        """Everybody's session key: signed in once, outside of what a request does and is undone."""
        keys = {}
        for name, user in self.cast.people().items():
            if user.is_authenticated:
                client = Client()
                client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
                keys[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return keys

    @cached_property
    def untouched(self) -> dict[str, Any]:
        """The fingerprint of the world as every row meets it."""
        return self.fingerprint()

    def fingerprint(self) -> dict[str, Any]:
        """Everything that a request of the table could change."""
        return {
            **self.appraisal.fingerprint(),
            "case": list(Case.objects.values("pk", "state", "revision_no", "submitted_by")),
            "events": ReviewEvent.objects.count(),
            "values": list(ReportValue.objects.order_by("pk").values("pk", "raw", "value", "version")),
            "texts": list(ReportText.objects.order_by("pk").values("kind", "text", "version")),
            "readings": list(Batch.objects.order_by("pk").values("pk", "name", "reason")),
            "typed": list(GridDraft.objects.order_by("pk").values("pk", "version")),
            "files": list(Attachment.objects.order_by("pk").values("pk", "removed_at")),
            "notices": list(Notice.objects.order_by("pk").values("pk", "seen_at")),
            "wishes": Preference.objects.count(),
            "verdicts": Verdict.objects.count(),
            "jobs": list(Job.objects.order_by("pk").values("pk", "state")),
            "rules": RuleVersion.objects.count(),
            "suspicions": list(Suspicion.objects.order_by("pk").values("pk", "state", "reason")),
            "audit": AuditEvent.objects.count(),
            "meetings": self.meetings.fingerprint(),
            "issued": list(IssuedFile.objects.values("pk", "state")),
            "progress": list(Progress.objects.values("pk", "version")),
            "members": list(Member.objects.order_by("pk").values("pk", "name", "state", "version")),
            "imports": list(MemberImport.objects.order_by("pk").values("pk", "state", "decisions")),
            "shares": list(Share.objects.order_by("pk").values("pk", "closed_at")),
            "schedules": list(Schedule.objects.order_by("pk").values("pk", "state", "version")),
            "passwords": list(User.objects.order_by("pk").values("pk", "password")),
        }


def publishing(indicator: Indicator) -> dict[str, Any]:
    """A rule with another limit, as the page would post it after its preview."""
    version = RuleVersion.objects.get(indicator=indicator, is_current=True)
    form = RuleWordsForm(current=validate_rule(version.body), version=version.version, facts={})
    values = {bound.html_name: bound.value() for bound in form}
    sent = {name: str(value) for name, value in values.items() if value is not None and value is not False}
    sent |= {"p0-limit": "90", "reason": "省里提高了要求"}
    read = RuleWordsForm(sent, current=validate_rule(version.body), version=version.version, facts={})
    assert read.is_valid()
    return {**sent, "do": "publish", "previewed": previewed_mark(read)}


@told_once
def make_world(state: State) -> World:
    cast = make_cast()
    report = cast.report(values={"i18.produced": "1000", "i18.treated": VALUE}, has_narrative=True)
    for kind in ReportText.Kind.values:
        ReportText.objects.create(report=report, kind=kind, text=TEXT)
    upload = SimpleUploadedFile(FILE, b"%PDF-1.4\n%%EOF\n")
    attachment = attach_file(by=cast.owner, report_id=report.pk, upload=upload)
    upload = SimpleUploadedFile("现场.jpg", photo())
    picture = attach_file(by=cast.owner, report_id=report.pk, upload=upload)
    for action in WAYS[state]:
        step(cast, report, action)
    lock = lock_month(plan=cast.plan, period=month(2017, 1), reason="一月已经上报", by=cast.office)
    awaited = cast.report(period=year(2016), part=ReportPart.PUBLISHED, due_on=None)
    RuleVersion.objects.create(indicator=cast.indicator, version=1, body=rule_json(validate_rule(RATE)))
    make_project(cast, code="new", name="还没有工期的工程")
    begin_schedule(by=cast.owner, project_id=make_project(cast, code="drafted", name="正在编排的工程").pk)
    propose(cast, make_project(cast, code="proposed", name="等待批复的工程"))
    approved(cast, make_project(cast, code="going", name="已经开工的工程"))
    for person in cast.people().values():
        if person.is_authenticated:
            person.set_password("old pass phrase")
            person.save(update_fields=["password"])
    [notice] = notify(
        to=[cast.owner],
        kind="returned",
        title=f"{UNIT_NAMES[1]}的报表退回",
        text=TEXT,
        action="去修改",
        url=report.get_absolute_url(),
        unit=cast.county,
    )
    job = Job.objects.create(kind="audit.seal", state="failed", error="x", finished_at=timezone.now())
    deadlines = make_deadlines(cast)
    monitored = make_monitoring(cast)
    readings = monitored.bring("water", WATER, by=cast.owner)
    issue_file(b"%PDF-1.7", title="省级预评估资料", kind="dossier", by=cast.office)
    suspicion = make_suspicion(report, text=f"生活垃圾无害化处理量 {VALUE} t，比常见水平高")
    return World(
        cast=cast,
        report=report,
        attachment=attachment,
        lock=lock,
        awaited=awaited,
        notice=notice,
        job=job,
        deadlines=deadlines,
        section=monitored.own_section,
        readings=readings,
        suspicion=suspicion,
        meetings=make_supervision(cast),
        tasks=make_tasks(cast),
        supervision=make_supervised(cast),
        archive=make_archive(cast),
        picture=picture,
        check_run=CheckRun.objects.create(
            plan=cast.plan, by=cast.office, started_at=timezone.now(), finished_at=timezone.now(), rules=[]
        ),
        shelf=shelf(cast),
        appraisal=Appraisal(cast),
    )


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is rolled back, so that everybody meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def made(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, Path]]:
    """The world of a state and the folder of its files, made once for all rows: it costs more than a row does."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), undone(), override_settings(MEDIA_ROOT=str(media)):
        world = make_world(request.param)
        assert world.untouched
        assert world.sessions
        yield world, media


@pytest.fixture
def world(made: tuple[World, Path], media_root: Path) -> Iterator[World]:
    with override_settings(MEDIA_ROOT=str(made[1])):  # not the test's own folder
        yield made[0]


def client_of(world: World, person: str) -> Client:
    client = Client(raise_request_exception=False)
    if person in world.sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[person]
    return client


def content_of(response: HttpResponseBase) -> str:
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    return raw.decode("utf-8", "replace") + str(response.headers)


def outcome(response: HttpResponseBase) -> str:
    if response.status_code == 302 and response.headers["Location"].startswith(SIGN_IN):
        return "in"
    return str(response.status_code)


# The table ----------------------------------------------------------------------------------------------


def in_state(state: State) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("made", [state], indirect=True, ids=[""])


def _portions() -> Iterator[tuple[State, list[Row]]]:
    """The rows by state, some at a time: a world is made for each portion, and two processes share the portions."""
    for state in State:
        rows = [row for row in ROWS if row.state == state]
        for start in range(0, len(rows), ROWS_AT_A_TIME):
            yield state, rows[start : start + ROWS_AT_A_TIME]


PORTIONS = list(_portions())


@pytest.mark.parametrize(
    ("made", "rows"),
    PORTIONS,
    ids=[f"{state}-{rows[0].address}" for state, rows in PORTIONS],
    indirect=["made"],
)
def test_everybody_gets_what_the_table_says(rows: list[Row], world: World, subtests: pytest.Subtests) -> None:
    # Rights are decided alike on every database; that its queries are understood shows with a few people.
    people = PEOPLE if connection.vendor == "sqlite" else ["owner", "stranger", "office"]
    for row in rows:
        with subtests.test(msg=str(row)):
            ask(world, row, people)


def ask(world: World, row: Row, people: list[str]) -> None:
    """Let these people ask for one address; each gets what the row says, and nobody learns what isn't for him."""
    got, leaks = {}, []
    url, body = world.addresses(row), world.body(row) if row.ask == "POST" else {}
    for person in people:
        for upload in (value for value in body.values() if isinstance(value, UploadedFile)):
            upload.seek(0)
        client = client_of(world, person)
        with undone():
            with writes() as tables:
                response = client.get(url) if row.ask == "GET" else client.post(url, body)
                content = content_of(response)
            signed_out = (
                row.name == "logout" and person != "anonymous" and "_auth_user_id" not in client.session
            )
            changed = signed_out or (bool(tables) and world.fingerprint() != world.untouched)
        got[person] = outcome(response) + ("*" if changed else "")
        if person in SEES_NOTHING:
            hidden = [VALUE, TEXT, FILE]
            if response.status_code == 404:
                hidden += UNIT_NAMES
            leaks += [(person, word) for word in hidden if word in content]
    assert got == {person: row.outcomes[person] for person in people}
    assert leaks == []


@in_state(State.SUBMITTED)
@pytest.mark.sqlite_only
def test_what_may_not_leak_is_there_for_those_who_may_see_it(world: World) -> None:
    """The other half of the proof above: the words that are looked for are really on the pages."""
    client = client_of(world, "county_office")
    report = content_of(client.get(world.report.get_absolute_url()))
    case = content_of(client.get(reverse("review:case", args=[world.report.case_id])))
    assert [word for word in (VALUE, TEXT, FILE, *UNIT_NAMES) if word not in report] == []
    assert [word for word in (VALUE, TEXT, FILE, UNIT_NAMES[1]) if word not in case] == []


@in_state(State.SUBMITTED)
@pytest.mark.sqlite_only
def test_the_other_way_of_asking_is_refused(world: World) -> None:
    """Reading never posts and posting never reads: 405 for whoever is signed in."""
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


@in_state(State.DRAFT)
def test_everybody_of_the_cast_has_a_column(world: World) -> None:
    assert set(PEOPLE) == set(world.cast.people())


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
@pytest.mark.sqlite_only
@in_state(State.DRAFT)
def test_the_desk_is_closed_to_everybody_else(person: str, world: World) -> None:
    expected = "in" if person == "anonymous" else "403"
    got = {}
    client = client_of(world, person)
    addresses = desk_addresses(world)
    if person not in ("office", "anonymous"):  # these two try every address, the others each register's list
        addresses = {name: url for name, url in addresses.items() if name.endswith(("_changelist", ":index"))}
    for name, url in addresses.items():
        for ask in ("get", "post"):
            if person != "anonymous" and not client.cookies[settings.SESSION_COOKIE_NAME].value:
                client = client_of(world, person)  # the address before signed out
            with undone():
                response = getattr(client, ask)(url)
                content = content_of(response)
                assert [word for word in (VALUE, TEXT, FILE) if word in content] == [], name
            if outcome(response) != expected:
                got[f"{ask} {name}"] = outcome(response)
    assert {
        name: status for name, status in got.items() if name.partition(" ")[2] not in OPEN_OF_THE_DESK
    } == {}
    assert world.fingerprint() == world.untouched


# Without anything of the register: the sign-in and sign-out of the admin and its translated words for scripts.
OPEN_OF_THE_DESK = {"admin:login", "admin:logout", "admin:jsi18n"}


@in_state(State.DRAFT)
def test_the_desk_is_open_to_the_administrator(world: World) -> None:
    """The registers of settings.DESK_REGISTERS open; what a library registers beside them stays shut."""
    client = client_of(world, "admin")
    got = {
        (label := f"{model._meta.app_label}.{model._meta.model_name}"): client.get(
            reverse(f"admin:{label.replace('.', '_')}_changelist")
        ).status_code
        for model in admin.site._registry
    }
    assert got == {**dict.fromkeys(got, 403), **dict.fromkeys(settings.DESK_REGISTERS, 200)}
    assert client.get(reverse("admin:index")).status_code == 200
