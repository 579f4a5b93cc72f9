from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "archives.dossiers"
    label = "dossiers"
    verbose_name = "预评估资料"

    def ready(self) -> None:
        from archives.dossiers import checks  # noqa: F401  # registers the check of fonts
