"""Reading questions aloud: the audio of what is asked follows its words, as a lesson's audio does."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from courses.models import Course
from lessons import audio
from lessons.models import Voicing
from media import production
from media.models import Asset
from media.scripts import Line, Script, Section

from .models import Question, QuestionVersion

if TYPE_CHECKING:
    from accounts.models import User


def follow(course: Course, questions: Iterable[Question], by: "User | None" = None) -> None:
    """Have the current words of `questions` spoken, or no longer. Call it in the transaction that changed them.

    Versions that attempts hold and that are no longer current keep what they have.
    """
    versions = [question.current for question in questions if question.current is not None]
    wanted = {question.current_id for question in questions if question.is_spoken}
    voicing = Voicing.objects.filter(course=course).first() or Voicing(course=course)
    for version in versions:
        if version.pk in wanted:
            _speak(version, course, voicing, by)
        elif version.audio_id:
            version.audio = None
            version.save(update_fields=["audio"])


def _speak(version: QuestionVersion, course: Course, voicing: Voicing, by: "User | None") -> None:
    said = audio.said(version.stem, course.language)
    line = Line("\n".join(said), voice=voicing.narrator, role="narrator")
    title = _("Question")
    script = Script(course.language, (Section(title, (line,)),), voicing.engine, voicing.pronunciation, voicing.pause)
    asset = version.audio or Asset(title=title)
    if version.audio_id and (asset.script, asset.format) == (script.dumps(), voicing.format):
        return
    asset.script, asset.format = script.dumps(), voicing.format
    asset.save()
    if not version.audio_id:
        version.audio = asset
        version.save(update_fields=["audio"])
    production.request(asset, asked_by=by)
