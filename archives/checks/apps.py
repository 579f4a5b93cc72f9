from django.apps import AppConfig


class ChecksConfig(AppConfig):
    name = "archives.checks"
    label = "checks"
    verbose_name = "档案检查"
