from django.apps import AppConfig


class ChartsConfig(AppConfig):
    name = "chuangmo.charts"
    label = "charts"
    verbose_name = "图表"
