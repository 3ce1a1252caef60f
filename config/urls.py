from django.contrib import admin
from django.urls import include, path

from . import operations

handler400 = "lib.errors.bad_request"
handler403 = "lib.errors.permission_denied"
handler404 = "lib.errors.page_not_found"
handler500 = "lib.errors.server_error"

urlpatterns = [
    path("", include("courses.urls")),
    path("", include("enrollment.urls")),
    path("", include("study.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("healthz", operations.healthz),
    path("readyz", operations.readyz),
]
