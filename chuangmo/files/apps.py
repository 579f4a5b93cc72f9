from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "chuangmo.files"
    label = "files"
    verbose_name = "文件"
