from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    name = "archives.snapshots"
    label = "snapshots"
    verbose_name = "快照"
