"""Orders and what came back."""

from django.urls import path, register_converter

from supervision.orders.views import orders
from supervision.orders.views.moves import MOVES, order_comment, order_move


class OrderMove:
    regex = "|".join(MOVES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(OrderMove, "order_move")

app_name = "orders"
_ONE = "supervision/orders/<int:order_id>/"
urlpatterns = [
    path("supervision/orders/", orders.order_list, name="order-list"),
    path("supervision/orders/new/", orders.order_new, name="order-new"),
    path("supervision/rebounds/", orders.rebound_list, name="rebound-list"),
    path(_ONE, orders.order_show, name="order-show"),
    path(_ONE + "edit/", orders.order_edit, name="order-edit"),
    path(_ONE + "paper.pdf", orders.order_paper, name="order-paper"),
    path(_ONE + "comment/", order_comment, name="order-comment"),
    path(_ONE + "<order_move:move>/", order_move, name="order-move"),
]
