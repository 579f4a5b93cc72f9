"""Triggers that also refuse a revision put in the place of another (`review.triggers`)."""

from django.db import migrations

from chuangmo.review import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [("review", "0002_revisions_never_change")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
