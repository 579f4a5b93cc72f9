"""/verify/: whoever holds a file may check it, without signing in. Says title, date, issuer, digest and size, no more."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from archives.books.codes import code_fault, read_code
from archives.books.forms import CodeForm
from archives.books.queries import public_file

__all__ = ["verify_ask", "verify_show"]

# Codes that don't exist, from one address: a person mistypes a few, a machine that tries them all is slowed down. Counted in
# each process, which is enough: of 30¹² codes nobody finds one by trying.
TRIES, WITHIN_SECONDS = 60, 600


@login_not_required
@never_cache
@require_safe
def verify_ask(request: HttpRequest) -> HttpResponse:
    """The form; a code that can be one leads to its page."""
    form = CodeForm(request.GET) if "code" in request.GET else CodeForm()
    if form.is_bound and form.is_valid():
        return redirect("books:verify-show", code=form.cleaned_data["code"])
    return _form(request, form)


@login_not_required
@never_cache
@require_safe
def verify_show(request: HttpRequest, code: str) -> HttpResponse:
    """What was given out under the code."""
    plain = read_code(code)
    if code_fault(plain):
        return _form(request, CodeForm({"code": code}), status=404)
    if _tried_too_often(request):
        return render(request, "books/verify_slow.html", {"page_title": "请稍后再试"}, status=429)
    found = public_file(plain)
    if found is None:
        _count_try(request)
        form = CodeForm({"code": code})
        form.add_error(
            "code", "没有出具过这个核验码的文件。请对照纸面再输一次；若确实无误，这个文件不是我们出具的。"
        )
        return _form(request, form, status=404)
    return render(request, "books/verify_show.html", {"page_title": "文件核验", "issued": found})


def _form(request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    return render(request, "books/verify_ask.html", {"page_title": "文件核验", "form": form}, status=status)


def _key(request: HttpRequest) -> str:
    return f"books-verify-{request.META.get('REMOTE_ADDR', '')}"


def _tried_too_often(request: HttpRequest) -> bool:
    return bool(cache.get(_key(request), 0) >= TRIES)


def _count_try(request: HttpRequest) -> None:
    if not cache.add(_key(request), 1, WITHIN_SECONDS):
        cache.incr(_key(request))
