from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    name = "supervision.accountability"
    label = "accountability"
    verbose_name = "约谈与问责"
