"""Home, sign-in, a sign of life, and what is said when the safety mark of a form is missing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chuangmo.access.services import change_own_password
from chuangmo.shell.middleware import is_script, plain_answer
from chuangmo.shell.panels import CHANGED, home_areas

FORM_EXPIRED = "页面已过期，没有保存。请复制填写的内容，刷新页面后重试。"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What I owe, what waits for me, and beside them what changed."""
    areas = home_areas(request)
    return render(
        request,
        "shell/home.html",
        {
            "page_title": "首页",
            "main_areas": [area for area in areas if area.code != CHANGED],
            "side_areas": [area for area in areas if area.code == CHANGED],
        },
    )


class SignIn(auth_views.LoginView):
    """The sign-in page; whoever is signed in already goes on to the home page."""

    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(page_title="登录", **kwargs)
        # Django puts the host's name there; the page wants the installation's.
        return {name: value for name, value in context.items() if name not in ("site", "site_name")}


@method_decorator(never_cache, name="dispatch")
class PasswordChange(auth_views.PasswordChangeView):
    """Change of one's own password; the session stays."""

    success_url = reverse_lazy("home")
    extra_context = {"page_title": "修改密码"}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        change_own_password(user=form.user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(self.request, form.user)
        messages.success(self.request, "新密码已生效。")
        return redirect(self.get_success_url())


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """“ok” when the application and its database answer, else 503; for the watch of the operator."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unavailable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers that ask for it without being told where it is."""
    return redirect(static("icons/favicon.svg"), permanent=False)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's mark is missing or stale: say that nothing was lost and how to go on."""
    if is_script(request):
        return plain_answer(request, FORM_EXPIRED, 403)
    return render(request, "403_csrf.html", status=403)
