from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class AccessConfig(AppConfig):
    default = True
    name = "chuangmo.access"
    label = "access"
    verbose_name = "人员与权限"


class DeskConfig(admin_apps.AdminConfig):
    """Django's admin with `access.desk.Desk` as its site."""

    default = False
    default_site = "chuangmo.access.desk.Desk"

    def ready(self) -> None:
        from django.contrib import admin
        from django.contrib.auth.models import Group

        super().ready()
        admin.site.unregister(Group)  # groups follow from memberships
