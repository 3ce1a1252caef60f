"""Files that are heard, at signed addresses; samples at open ones."""

import re
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import delivery
from .models import Rendition


@login_not_required
@require_safe
def audio(request: HttpRequest, signed: str, name: str) -> HttpResponseBase:
    """`?save` has the browser keep the file instead of playing it."""
    try:
        key = delivery.read(signed)
        key.check()
    except delivery.Unsigned as error:
        raise Http404(_("There is nothing to hear at this address.")) from error
    except delivery.Over as error:
        raise PermissionDenied(_("This address has ended. Open the lesson again to go on listening.")) from error
    return _send(request, key.rendition, name)


@login_not_required
@require_safe
def sample(request: HttpRequest, rendition: UUID, name: str) -> HttpResponseBase:
    found = Rendition.objects.filter(pk=rendition, purpose=Rendition.Purpose.SAMPLE).first()
    if found is None:
        raise Http404(_("This audio has been made anew since. Open the lesson again to hear it."))
    return _send(request, found, name)


def _send(request: HttpRequest, rendition: Rendition, name: str) -> HttpResponseBase:
    try:
        return delivery.serve(request, rendition, saved_as=_safe(name) if "save" in request.GET else "")
    except FileNotFoundError as error:
        raise Http404(_("This audio has been made anew since. Open the lesson again to hear it.")) from error


def _safe(name: str) -> str:
    """Nothing in it can end the header that it goes into."""
    return re.sub(r"[^a-zA-Z0-9.-]", "-", name)[:100]
