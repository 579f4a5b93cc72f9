"""The administrator's desk: Django's admin, open to those who are administrators now, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator

from chuangmo.access.queries import rights_for
from chuangmo.errors import Refused
from chuangmo.org.models import Installation


class Desk(AdminSite):
    """Strangers are led to the sign-in; everybody else who is no administrator is refused, superusers too: they are
    for the shell (`manage.py make_admin`)."""

    site_title = "管理台"
    index_title = "管理台"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and rights_for(request).is_admin

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Refused("管理台只对管理员开放。")
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one page to sign in; this address only leads to it."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Refused("管理台只对管理员开放。")
        return redirect_to_login(request.GET.get("next") or "/admin/")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        return context | {"site_header": f"{Installation.current().title} 管理台"}
