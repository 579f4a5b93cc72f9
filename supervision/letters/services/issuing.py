"""Issue and signature: from then on nothing in a version changes."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of, who_may
from chuangmo.days import long_date
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files import services as files
from chuangmo.notices.services import notify
from supervision.gate import require_office
from supervision.letters.models import LetterVersion, VersionState
from supervision.letters.rights import may_sign
from supervision.letters.services.permission import found_version, note
from supervision.papers.services import document_number, take_number

__all__ = ["KIND", "OWNER", "issue_letter", "sign_letter"]

KIND, OWNER = "letter", "letter"


@transaction.atomic
def issue_letter(*, by: User, version_id: int, edit: int) -> LetterVersion:
    """Number it and send it to the unit for signature; the version in force so far is replaced."""
    require_office(by, "下发责任书")
    one = found_version(version_id)
    letter, today = one.letter, clock.today()
    if letter.unit.valid_to is not None and letter.unit.valid_to < today:
        raise Refused(f"{letter.unit}已于{long_date(letter.unit.valid_to)}撤销，不能下发")
    LetterVersion.objects.filter(letter=letter, state__in=[VersionState.ISSUED, VersionState.SIGNED]).update(
        state=VersionState.REPLACED
    )
    number = take_number(KIND, letter.office_id, today.year)
    done = LetterVersion.objects.filter(pk=one.pk, state=VersionState.DRAFT, edit=edit).update(
        state=VersionState.ISSUED,
        edit=F("edit") + 1,
        paper_year=today.year,
        paper_number=number,
        document_number=document_number(KIND, letter.office, today.year, number),
        issued_on=today,
        issued_by=by,
    )
    if not done:
        raise Stale("这一版责任书刚才已经下发或有人改过，请刷新")
    one = found_version(version_id)
    note(one, by, "下发责任书")
    people = who_may("sign_off", [letter.unit_id])[letter.unit_id]
    notify(
        to=people or who_may("report", [letter.unit_id])[letter.unit_id],
        kind="other",
        title=f"{letter.plan.year} 年目标责任书待签订",
        text=f"{one.document_number} 已下发，请打印签字盖章后上传扫描件。",
        action="去签订",
        url=letter.get_absolute_url(),
        subject_kind="letter",
        subject_id=letter.pk,
        subject_label=str(letter)[:200],
        unit=letter.unit,
        key=f"letter-{one.pk}-issued",
    )
    return one


def sign_letter(
    *, by: User, version_id: int, upload: UploadedFile | None, signer: str, signed_on: date | None
) -> LetterVersion:
    """Keep the scan of the signed copy. The unit's reviewers, or the office."""
    one = found_version(version_id)
    if not may_sign(rights_of(by), one.letter):
        raise Refused("只有责任单位的审核人和创模办可以登记签订")
    faults = {}
    if upload is None:
        faults["file"] = "请选择签字盖章后的扫描件"
    if not signer.strip():
        faults["signer"] = "请填写签订人（单位主要负责人）"
    if signed_on is None or signed_on > clock.today() or (one.issued_on and signed_on < one.issued_on):
        faults["signed_on"] = "签订日期应在下发以后、今天以前"
    if faults or upload is None:
        raise Invalid(faults)
    files.check_upload(upload)
    stored = files.store(upload)  # writing may take long: no lock is held meanwhile
    if not (stored.mime == "application/pdf" or stored.mime.startswith("image/")):
        raise Invalid({"file": f"“{upload.name}”不是 PDF 或图片"})
    with transaction.atomic():
        scan = files.attach(
            by=by,
            file=stored,
            name=upload.name or "",
            owner_kind=OWNER,
            owner_id=one.pk,
            owner_label=str(one),
            unit_id=one.letter.unit_id,
            note="签字扫描件",
        )
        done = LetterVersion.objects.filter(pk=one.pk, state=VersionState.ISSUED).update(
            state=VersionState.SIGNED,
            signed_on=signed_on,
            signer=signer.strip()[:40],
            signed_by=by,
            scan=scan,
        )
        if not done:
            raise Stale("这一版责任书不在待签订状态，请刷新")
        one = found_version(version_id)
        note(one, by, "签订责任书")
    return one
