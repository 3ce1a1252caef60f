"""What crawlers fetch: robots.txt and the site map."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import views
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from . import seo

# Pages of one person, and ways in for programs: nothing there answers a search.
CLOSED = ("/account/", "/admin/", "/api/", "/learn/")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines += ["", f"Sitemap: {seo.absolute(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@login_not_required
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The list of the site maps; each holds 5,000 addresses."""
    return views.index(request, seo.SITEMAPS, sitemap_url_name="sitemap-section")


@login_not_required
@require_safe
def sitemap(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    return views.sitemap(request, seo.SITEMAPS, **kwargs)
