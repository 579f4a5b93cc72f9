from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "archives.dossiers"
    label = "dossiers"
    verbose_name = "预评估资料"
