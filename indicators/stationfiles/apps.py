from django.apps import AppConfig


class StationFilesConfig(AppConfig):
    """No models: it is an app for its commands."""

    name = "indicators.stationfiles"
    label = "stationfiles"
    verbose_name = "监测数据文件"
