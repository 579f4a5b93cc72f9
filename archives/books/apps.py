from django.apps import AppConfig


class BooksConfig(AppConfig):
    name = "archives.books"
    label = "books"
    verbose_name = "成书与打包"
