"""Accounts of people."""

from __future__ import annotations

from typing import Any

from axes.utils import reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from chuangmo.access.models import User
from chuangmo.access.services.permission import require_admin
from chuangmo.audit.services import record
from chuangmo.errors import Invalid

__all__ = ["FIELDS", "change_person", "create_person", "set_password"]

# What an administrator may write about a person; being a superuser or staff is not among it.
FIELDS = ("username", "name", "email", "phone", "wecom_id", "dingtalk_id", "feishu_id")


@transaction.atomic
def create_person(*, by: User | None, password: str | None, **fields: Any) -> User:
    """A new account without any role. Without a password nobody can sign in until one is set.

    `fields` are those of FIELDS. Raises Refused (no administrator) and Invalid (fields, a weak password).
    """
    require_admin(by)
    user = User(**_known(fields))
    faults = {}
    if password is None:
        user.set_unusable_password()
    else:
        faults = _password_faults(password, user)
        user.set_password(password)
    _clean(user, faults)
    user.save()
    _record(by, "新增人员", user, {name: ["", value] for name, value in fields.items() if value})
    return user


@transaction.atomic
def change_person(*, user: User, by: User | None, **fields: Any) -> User:
    """Other names or ways to reach a person. Raises Refused (no administrator) and Invalid."""
    require_admin(by)
    changes = {name: [getattr(user, name), value] for name, value in _known(fields).items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return user
    for name, (_, value) in changes.items():
        setattr(user, name, value)
    _clean(user, {})
    user.save(update_fields=list(changes))
    _record(by, "修改人员", user, changes)
    return user


@transaction.atomic
def set_password(*, user: User, password: str, by: User | None) -> None:
    """Set a password that the person is told; open sessions and a lock-out of the person end. Raises Refused and Invalid."""
    require_admin(by)
    faults = _password_faults(password, user)
    if faults:
        raise Invalid(faults)
    user.set_password(password)
    user.save(update_fields=["password"])
    reset(username=user.username)  # whoever was locked out by wrong ones may try at once
    _record(by, "重设密码", user, {})


@transaction.atomic
def change_own_password(*, user: User, password: str) -> None:
    """Set one's own new password (the old one was asked for by the form). Raises Invalid."""
    if faults := _password_faults(password, user):
        raise Invalid(faults)
    user.set_password(password)
    user.save(update_fields=["password"])
    _record(user, "修改密码", user, {})


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"not written by this service: {sorted(unknown)}")
    return fields


def _password_faults(password: str, user: User) -> dict[str, str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {"password": "".join(error.messages)}
    return {}


def _clean(user: User, faults: dict[str, str]) -> None:
    try:
        user.full_clean()
    except ValidationError as error:
        faults = {name: "；".join(texts) for name, texts in error.message_dict.items()} | faults
    if faults:
        raise Invalid(faults)


def _record(by: User | None, action: str, user: User, changes: dict[str, list[Any]]) -> None:
    labels = {name: str(getattr(User._meta.get_field(name), "verbose_name", name)) for name in FIELDS}
    record(
        by=by,
        action=action,
        object_kind="user",
        object_id=user.pk,
        label=f"{user.name}（{user.username}）",
        changes={labels.get(name, name): pair for name, pair in changes.items()},
    )
