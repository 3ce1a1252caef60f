from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.account.decorators import secure_admin_login
        from django.contrib import admin

        from . import signins

        signins.connect()
        # One way in for everybody: the admin's own form knows neither our limits nor the second factor.
        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
