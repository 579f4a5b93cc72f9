"""The review's addresses: one queue a step, one page a case, one POST a move."""

from django.urls import path, register_converter

from chuangmo.review import views
from chuangmo.review.rules import ACCEPT, SEND_BACK, SIGN_OFF, SUBMIT, UNLOCK, VERIFY, WITHDRAW

app_name = "review"


class QueueName:
    """The word of a queue in its address."""

    regex = "sign-off|verify|accept|returned"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(QueueName, "review_queue")

urlpatterns = [
    path("review/", views.home, name="home"),
    path("review/done/", views.done, name="done"),
    path("review/<review_queue:slug>/", views.queue, name="queue"),
    path("review/<review_queue:slug>/batch/", views.batch, name="batch"),
    path("review/<int:case_id>/", views.case, name="case"),
    path("review/<int:case_id>/revisions/<int:number>/", views.revision, name="revision"),
    path("review/<int:case_id>/submit/", views.move, {"action": SUBMIT}, name="submit"),
    path("review/<int:case_id>/withdraw/", views.move, {"action": WITHDRAW}, name="withdraw"),
    path("review/<int:case_id>/sign-off/", views.move, {"action": SIGN_OFF}, name="sign-off"),
    path("review/<int:case_id>/verify/", views.move, {"action": VERIFY}, name="verify"),
    path("review/<int:case_id>/accept/", views.move, {"action": ACCEPT}, name="accept"),
    path("review/<int:case_id>/send-back/", views.move, {"action": SEND_BACK}, name="send-back"),
    path("review/<int:case_id>/unlock/", views.move, {"action": UNLOCK}, name="unlock"),
]
