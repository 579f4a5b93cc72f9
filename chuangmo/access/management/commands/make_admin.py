"""The first administrator of an installation, made in the shell; all others are made at the desk."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from chuangmo.access.models import Membership, Role, User
from chuangmo.access.services import add_membership, create_person, set_password
from chuangmo.access.services.permission import not_past
from chuangmo.errors import DomainError
from chuangmo.org.queries import find_unit


class Command(BaseCommand):
    help = "建立（或任命）一位管理员；密码从终端或标准输入读取"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="账号")
        parser.add_argument("--name", help="姓名（新账号必填）")
        parser.add_argument("--unit", default="市创模办", help="任职单位，任何一个名称都行")

    def handle(self, *args: Any, username: str, name: str | None, unit: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        try:
            with transaction.atomic():
                if user is None:
                    if not name:
                        raise CommandError("新账号请用 --name 写明姓名")
                    user = create_person(username=username, name=name, password=None, by=None)
                    set_password(user=user, password=_password(), by=None)
                held = Membership.objects.filter(not_past(), user=user, role=Role.ADMIN)
                if not held.exists():
                    add_membership(user=user, unit=find_unit(unit), role=Role.ADMIN, by=None)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{user.name}（{username}）是管理员")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("密码：")
    if first != getpass.getpass("再输一遍："):
        raise CommandError("两次输入不一样")
    return first
