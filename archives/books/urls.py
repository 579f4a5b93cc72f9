from django.urls import path

from archives.books.views import issued, verify

app_name = "books"
urlpatterns = [
    path("verify/", verify.verify_ask, name="verify-ask"),
    path("verify/issued/", issued.issued_list, name="issued-list"),
    path("verify/issued/<str:code>/withdraw/", issued.issued_withdraw, name="issued-withdraw"),
    path("verify/<str:code>/", verify.verify_show, name="verify-show"),
]
