"""Where supervision begins; each part lists its own addresses below /supervision/."""

from django.urls import path

from supervision.hub import hub

app_name = "supervision"
urlpatterns = [path("supervision/", hub, name="hub")]
