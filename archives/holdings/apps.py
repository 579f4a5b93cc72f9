from django.apps import AppConfig


class HoldingsConfig(AppConfig):
    name = "archives.holdings"
    label = "holdings"
    verbose_name = "档案"
