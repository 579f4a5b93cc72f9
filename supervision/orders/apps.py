from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "supervision.orders"
    label = "orders"
    verbose_name = "督办单"
