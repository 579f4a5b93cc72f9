from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "chuangmo.audit"
    label = "audit"
    verbose_name = "审计"
