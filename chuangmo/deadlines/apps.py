from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "chuangmo.deadlines"
    label = "deadlines"
    verbose_name = "应办事项"
