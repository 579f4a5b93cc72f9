from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "indicators.demonstration"
    label = "demonstration"
    verbose_name = "演示"
