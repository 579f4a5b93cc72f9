"""Triggers that also refuse a row put in the place of another (`audit.triggers`)."""

from django.db import migrations

from chuangmo.audit import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [("audit", "0002_append_only")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
