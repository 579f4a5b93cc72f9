"""Signing in: locked after too many wrong passwords, changing one's password, an account without any role."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.services import leave, set_password
from chuangmo.audit.models import AuditEvent
from tests.factories import Cast, UserFactory


@pytest.fixture
def person(db: None) -> User:
    user = UserFactory(username="liu", name="刘洋")
    user.set_password("right-pass-2017")
    user.save()
    return user


def sign_in(client: Client, password: str, address: str = "10.0.0.1"):
    data = {"username": "liu", "password": password}
    return client.post("/accounts/login/", data, REMOTE_ADDR=address)


def test_too_many_wrong_passwords_lock_this_account_at_this_place(client: Client, person: User) -> None:
    answers = [sign_in(client, "wrong") for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert [answer.status_code for answer in answers] == [200] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    locked = sign_in(client, "right-pass-2017")
    assert locked.status_code == 429
    assert "登录已暂停" in locked.content.decode()
    assert sign_in(Client(), "right-pass-2017", "10.0.0.2").status_code == 302, "somewhere else is not locked"


def test_an_administrator_who_sets_a_password_also_lifts_the_lock(client: Client, person: User) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, "wrong")
    set_password(user=person, password="fresh-pass-2017", by=None)
    assert sign_in(client, "fresh-pass-2017").status_code == 302


def test_a_right_password_forgets_the_wrong_ones(client: Client, person: User) -> None:
    for _ in range(3):
        for _ in range(settings.AXES_FAILURE_LIMIT - 1):
            sign_in(client, "wrong")
        assert sign_in(client, "right-pass-2017").status_code == 302
        client.post("/accounts/logout/")


def test_one_changes_ones_own_password(client: Client, person: User) -> None:
    sign_in(client, "right-pass-2017")
    new = {"old_password": "right-pass-2017", "new_password1": "kurz", "new_password2": "kurz"}
    refused = client.post("/accounts/password/", new)
    assert "密码太短，至少要 10 个字符" in str(refused.context["form"].errors)
    new |= {"new_password1": "brand-new-2017", "new_password2": "brand-new-2017"}
    assert client.post("/accounts/password/", new).headers["Location"] == "/"
    assert User.objects.get(pk=person.pk).check_password("brand-new-2017")
    assert client.get("/").status_code == 200, "this session stays"
    event = AuditEvent.objects.get(action="修改密码")
    assert (event.actor, event.object_id, event.changes) == (person, str(person.pk), {})


def test_an_account_without_a_role_gets_a_clear_page(client: Client, person: User, cast: Cast) -> None:
    sign_in(client, "right-pass-2017")
    assert "您的账号现在没有任职。" in client.get("/").content.decode()
    assert client.get("/admin/").status_code == 403
    client.force_login(cast.owner, backend="django.contrib.auth.backends.ModelBackend")
    assert "没有任职" not in client.get("/").content.decode()


def test_who_left_does_not_get_in(client: Client, person: User, cast: Cast) -> None:
    leave(user=person, on=clock.today(), by=cast.admin)
    assert sign_in(client, "right-pass-2017").status_code == 200
    assert client.get("/").status_code == 302
