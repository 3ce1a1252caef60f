from django.contrib import admin
from django.urls import include, path

from courses import crawlers

from . import operations

handler400 = "lib.errors.bad_request"
handler403 = "lib.errors.permission_denied"
handler404 = "lib.errors.page_not_found"
handler500 = "lib.errors.server_error"
handler429 = "accounts.limits.too_many_requests"  # asked for by django-allauth, not by Django

urlpatterns = [
    # First, because they are asked for most.
    path("", include("media.urls")),
    path("", include("lessons.urls")),
    path("robots.txt", crawlers.robots),
    path("sitemap.xml", crawlers.sitemap_index, name="sitemap"),
    path("sitemap-<section>.xml", crawlers.sitemap, name="sitemap-section"),
    path("", include("courses.urls")),
    path("", include("enrollment.urls")),
    path("", include("quizzes.urls")),
    path("", include("study.urls")),
    path("", include("jobs.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("config.api")),
    path("healthz", operations.healthz),
    path("readyz", operations.readyz),
    path("metrics", operations.metrics),
]
