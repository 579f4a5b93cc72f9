from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "indicators.plan"
    label = "plan"
    verbose_name = "方案与指标"
