from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "indicators.assessment"
    label = "assessment"
    verbose_name = "评定"
