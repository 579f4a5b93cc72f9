from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "chuangmo.review"
    label = "review"
    verbose_name = "审核"
