from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "indicators.reporting"
    label = "reporting"
    verbose_name = "填报"
