"""Triggers also on the events and remarks of a review (`review.triggers`)."""

from django.db import migrations

from chuangmo.review import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [("review", "0003_nothing_replaced")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
