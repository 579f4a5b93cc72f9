from django.apps import AppConfig


class WorksConfig(AppConfig):
    name = "projects.works"
    label = "works"
    verbose_name = "重点工程"
