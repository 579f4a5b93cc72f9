from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "supervision.letters"
    label = "letters"
    verbose_name = "目标责任书"
