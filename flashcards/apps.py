from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FlashcardsConfig(AppConfig):
    name = "flashcards"
    verbose_name = _("Flashcards")
