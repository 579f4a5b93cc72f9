from django.apps import AppConfig


class TextsConfig(AppConfig):
    name = "archives.texts"
    label = "texts"
    verbose_name = "文本与检索"
