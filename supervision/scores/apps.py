from django.apps import AppConfig


class ScoresConfig(AppConfig):
    name = "supervision.scores"
    label = "scores"
    verbose_name = "效能考评"
