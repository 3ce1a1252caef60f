from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = _("Lesson parts")

    def ready(self) -> None:
        from courses import search as finder
        from media import delivery

        from . import audio, search

        finder.register(search.documents)
        delivery.bearers.update(audio.BEARERS)
