from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "indicators.insight"
    label = "insight"
    verbose_name = "预测与核查"
