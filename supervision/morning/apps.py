from django.apps import AppConfig


class MorningConfig(AppConfig):
    name = "supervision.morning"
    label = "morning"
    verbose_name = "今日要办"
