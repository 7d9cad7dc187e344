"""Every address of Trueup."""

from __future__ import annotations

from django.urls import include, path

from trueup.api.urls import api

urlpatterns = [
    path("api/", api.urls),
    path("account/", include("allauth.urls")),
    path("", include("trueup.agents.urls")),
    path("", include("trueup.web.urls")),
]
