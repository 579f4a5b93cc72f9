from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "supervision.inspections"
    label = "inspections"
    verbose_name = "督查检查"
