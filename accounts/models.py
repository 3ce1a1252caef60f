from typing import ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

REPORTING_GROUP = "Reporting"


class Tier(models.TextChoices):
    BASIC = "basic", _("Basic")
    MEDIUM = "medium", _("Medium")
    DETAILED = "detailed", _("Detailed")


class Theme(models.TextChoices):
    SYSTEM = "system", _("Like my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class TextSize(models.TextChoices):
    SMALL = "s", _("Small")
    MEDIUM = "m", _("Medium")
    LARGE = "l", _("Large")
    HUGE = "xl", _("Very large")


class ReadingFont(models.TextChoices):
    SERIF = "serif", _("Serif")
    SANS = "sans", _("Sans serif")
    ATKINSON = "atkinson", _("Atkinson Hyperlegible")


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone. Write one like Europe/Berlin."), params={"name": name})


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True} | fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Rights over a course come from the course (`courses.Teaching`), never from a flag here."""

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(
        _("name"), max_length=80, blank=True, help_text=_("Shown to you and your teachers.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    locale = models.CharField(_("language"), max_length=12, default="en")
    theme = models.CharField(_("colours"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    tier = models.CharField(_("summary depth"), max_length=10, choices=Tier, default=Tier.MEDIUM)
    text_size = models.CharField(_("text size"), max_length=2, choices=TextSize, default=TextSize.MEDIUM)
    reading_font = models.CharField(_("reading font"), max_length=10, choices=ReadingFont, default=ReadingFont.SERIF)
    playback_rate = models.DecimalField(
        _("playback speed"),
        max_digits=3,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0.5), MaxValueValidator(3)],
    )
    shortcuts_on = models.BooleanField(_("single-key shortcuts"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(
        _("may enter the admin"),
        default=False,
        help_text=_("Given with the first course somebody teaches, taken with the last."),
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="email_unique", violation_error_message=_("This address is already in use.")
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name or self.email.partition("@")[0]

    @property
    def is_reporting(self) -> bool:
        """Reads all progress. Asked on few pages, so not kept."""
        return self.is_active and (self.is_superuser or self.groups.filter(name=REPORTING_GROUP).exists())


class TokenName(models.Model):
    """What somebody calls an API token of theirs; the token itself is django-rest-knox's."""

    token = models.OneToOneField(
        "knox.AuthToken", models.CASCADE, primary_key=True, related_name="name", verbose_name=_("token")
    )
    text = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("name of a token")
        verbose_name_plural = _("names of tokens")

    def __str__(self) -> str:
        return self.text
