from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "indicators.monitoring"
    label = "monitoring"
    verbose_name = "监测"
