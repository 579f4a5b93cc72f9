"""Addresses of the morning page."""

from django.urls import path

from supervision.morning import views

app_name = "morning"

urlpatterns = [
    path("supervision/morning/", views.morning, name="show"),
    path("supervision/morning/looked/", views.looked, name="looked"),
]
