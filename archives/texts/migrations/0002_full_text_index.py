"""The full-text index, of the kind that the database has (texts.services.indexing)."""

from django.db import migrations

FTS5 = "CREATE VIRTUAL TABLE texts_index USING fts5(terms, tokenize = \"unicode61 remove_diacritics 0\")"
TSVECTOR = [
    "CREATE TABLE texts_index (id bigint PRIMARY KEY, terms tsvector NOT NULL)",
    "CREATE INDEX texts_index_terms ON texts_index USING gin (terms)",
]


def make(apps, schema_editor):
    for statement in TSVECTOR if schema_editor.connection.vendor == "postgresql" else [FTS5]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE texts_index")


class Migration(migrations.Migration):
    dependencies = [("texts", "0001_initial")]

    operations = [migrations.RunPython(make, drop)]
