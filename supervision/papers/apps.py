from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "supervision.papers"
    label = "papers"
    verbose_name = "公文"
