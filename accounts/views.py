from allauth.account.decorators import reauthentication_required
from allauth.usersessions.adapter import get_adapter as get_sessions_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.http import safe_next

from . import tokens
from .forms import MOST_TOKENS, PreferenceForm, ProfileForm, TokenForm, time_zones
from .models import User
from .people import person


def me(request: HttpRequest) -> User:
    """The signed-in person's row, apart from the one the page header shows: a form may fill it with nonsense."""
    return get_object_or_404(User, pk=request.user.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=me(request))
    if request.method == "POST" and form.is_valid():
        form.save_changes()
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    context = {"form": form, "zones": time_zones()}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@require_POST
def preference(request: HttpRequest) -> HttpResponse:
    """Store single preferences, such as `theme=dark`: 204, or back to `next` for a form without JavaScript."""
    form = PreferenceForm(request.POST, instance=me(request))
    if not form.fields or not form.is_valid():
        return JsonResponse({"errors": form.errors or {"": [_("There is no such preference.")]}}, status=422)
    form.save_changes()
    if "next" in request.POST:
        return redirect(safe_next(request, "/"))
    return HttpResponse(status=204)


@login_not_required
@never_cache
@require_safe
def check_mail(request: HttpRequest) -> HttpResponse:
    """Where a sign-up ends that could not sign anybody in; says nothing about who has an account."""
    return redirect("accounts:profile") if person(request) else render(request, "accounts/check_mail.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.account", allow_get=True)
def token_list(request: HttpRequest) -> HttpResponse:
    user = me(request)
    form = TokenForm(request.POST or None)
    context = {"form": form, "tokens": tokens.held_by(user)}
    if request.method == "POST" and form.is_valid():
        if tokens.held_by(user).count() < MOST_TOKENS:
            secret = tokens.create(user, form.cleaned_data["name"], form.lifetime())
            return render(request, "accounts/token_list.html", context | {"secret": secret, "form": TokenForm()})
        form.add_error(None, _("You have %(most)d tokens. Revoke one you no longer use.") % {"most": MOST_TOKENS})
    return render(request, "accounts/token_list.html", context, status=422 if form.errors else 200)


@require_POST
def token_revocation(request: HttpRequest, key: str) -> HttpResponse:
    if tokens.revoke(me(request), key):
        messages.success(request, _("Revoked. Programs that use this token are refused from now on."))
    return redirect("accounts:tokens")


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=pk, user=request.user.pk)
    if session.is_current():
        return redirect("account_logout")
    get_sessions_adapter().end_sessions([session])
    messages.success(request, _("That sign-in has ended."))
    return redirect("usersessions_list")
