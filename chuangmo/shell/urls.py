"""Home, sign-in and the pages around them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
