from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FlashcardsConfig(AppConfig):
    name = "flashcards"
    verbose_name = _("Flashcards")

    def ready(self) -> None:
        from courses import search as finder

        from . import search

        finder.register(search.documents)
