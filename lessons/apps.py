from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = _("Lesson parts")

    def ready(self) -> None:
        from courses import search as finder

        from . import search

        finder.register(search.documents)
