from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "chuangmo.notices"
    label = "notices"
    verbose_name = "通知"
