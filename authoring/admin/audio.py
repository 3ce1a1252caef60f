"""The pages about a lesson's audio: how it stands, making it, recordings, times of sentences."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from courses.desk import PublishableAdmin
from courses.models import Lesson
from lessons import speaking
from lessons.models import LessonAudio
from media import production, timeline, uploads
from media.models import Take

from .. import cues, sound
from .audio_panels import Panel, panel, panels
from .audio_uploads import Uploads


class RecordingForm(forms.Form):
    recording = forms.FileField(label=gettext_lazy("Recording"))


class CuesForm(forms.Form):
    take = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Times of the sentences"),
        strip=False,
        widget=forms.Textarea({"rows": 24, "class": "markdown", "spellcheck": "false"}),
        help_text=gettext_lazy("One block a sentence: its number, its times, and its words, which stay as they are."),
    )

    def __init__(self, take: Take, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._take = take

    def clean_take(self) -> None:
        if self.cleaned_data["take"] != self._take.pk:
            # Sent again it would be checked against the new sentences.
            raise forms.ValidationError(
                _("The audio was made anew while you had this open. Copy your times, and open the page again.")
            )

    def clean_text(self) -> list[timeline.Cue]:
        try:
            return cues.corrected(self.cleaned_data["text"], self._take.sentences(), self._take.seconds)
        except cues.CueProblems as problems:
            raise forms.ValidationError(problems.sentences)


class AudioPages(Uploads, PublishableAdmin):
    """Mixed into the page of lessons. Whoever may edit the lesson may do all of this; for others it does not exist."""

    def get_urls(self) -> list[URLPattern]:
        below = "<int:object_id>/audio/"
        views: list[tuple[str, Callable[..., HttpResponse], str]] = [
            (below, self.audio_page, "audio"),
            (f"{below}<slug:part>/", self.audio_part, "audio_part"),
            (f"{below}<slug:part>/recording/", self.audio_recording, "audio_recording"),
            (f"{below}<slug:part>/pieces/", self.audio_pieces, "audio_pieces"),
            (f"{below}<slug:part>/pieces/<uuid:upload>/", self.audio_piece, "audio_piece"),
            (f"{below}<slug:part>/times/", self.audio_times, "audio_times"),
        ]
        guarded = [
            path(route, self.admin_site.admin_view(view), name=f"courses_lesson_{name}") for route, view, name in views
        ]
        return [*guarded, *super().get_urls()]

    # --- Text that is saved or published is spoken; what is published can be read ---

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        lesson = form.instance
        if lesson.published_at and "published_at" in form.changed_data and (reason := _unreadable(lesson)):
            lesson.published_at = form.initial.get("published_at")
            lesson.save(update_fields=["published_at"])
            self.message_user(request, reason, messages.ERROR)
        speaking.follow([lesson], asked_by=_user(request))

    @admin.action(description=gettext_lazy("Publish now"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: Any) -> None:
        reasons = {lesson.pk: reason for lesson in queryset if (reason := _unreadable(lesson))}
        for reason in reasons.values():
            self.message_user(request, reason, messages.ERROR)
        if len(reasons) < len(queryset):
            # What is published by now is no longer among the drafts that were chosen.
            chosen = [lesson.pk for lesson in queryset if lesson.pk not in reasons]
            super().publish(request, self.get_queryset(request).filter(pk__in=chosen))
            self._follow(request, chosen)

    @admin.action(description=gettext_lazy("Bring back from the archive"), permissions=["change"])
    def unarchive(self, request: HttpRequest, queryset: Any) -> None:
        chosen = list(queryset.values_list("pk", flat=True))
        super().unarchive(request, queryset)
        self._follow(request, chosen)

    def _follow(self, request: HttpRequest, chosen: list[int]) -> None:
        lessons: Any = self.get_queryset(request).filter(pk__in=chosen)
        speaking.follow(lessons.in_order(), asked_by=_user(request))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if isinstance(lesson := kwargs.get("obj"), Lesson):
            context["panels"] = panels(lesson, _user(request))
        return super().render_change_form(request, context, **kwargs)

    def tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        return [(self._audio(obj), _("Audio")), *super().tools(request, obj)]

    # --- How it stands ---

    def audio_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        lesson = self._lesson(request, object_id)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self._show(request, lesson)

    def _show(self, request: HttpRequest, lesson: Lesson, part: str = "", refused: str = "") -> HttpResponse:
        shown = panels(lesson, _user(request))
        shown = [replace(each, refused=refused) if each.part == part else each for each in shown]
        context = self.admin_site.each_context(request) | {
            "title": _("Audio"),
            "subtitle": str(lesson),
            "original": lesson,
            "trail": [*self.trail(request, lesson), (self._page(lesson), str(lesson))],
            "panels": shown,
            "opts": self.opts,
            "course_address": reverse("admin:courses_course_change", args=[lesson.course_id]),
        }
        return TemplateResponse(request, "admin/audio/page.html", context, status=422 if refused else 200)

    def audio_part(self, request: HttpRequest, object_id: int, part: str) -> HttpResponse:
        """GET: a part for htmx: how the work goes on or, when it has ended, what there is to hear. POST: an act."""
        lesson = self._lesson(request, object_id, part)
        if request.method == "POST":
            return self._act(request, lesson, part)
        shown = panel(lesson, part, _user(request))
        # The page of the lesson is a form: there nothing may bring a form of its own.
        brief = "brief" in request.GET
        ended = "admin/audio/_brief.html" if brief else "admin/audio/_now.html"
        template = "admin/audio/_progress.html" if shown.job else ended
        response = render(request, template, {"panel": shown, "brief": brief})
        if not shown.job:
            response["HX-Retarget"] = f"#audio-{part}"
            response["HX-Reswap"] = "outerHTML"
        return response

    # --- What can be done ---

    def _act(self, request: HttpRequest, lesson: Lesson, part: str) -> HttpResponse:
        acts: dict[str, Callable[[User, Panel], str]] = {"make": _make, "stop": _stop, "speech": _back_to_speech}
        act = acts.get(request.POST.get("do", ""))
        if act is None:
            raise Http404
        user = _user(request)
        said = act(user, panel(lesson, part, user))
        self.log_change(request, lesson, said)
        self.message_user(request, said, messages.SUCCESS)
        return redirect(self._audio(lesson, part))

    def audio_recording(self, request: HttpRequest, object_id: int, part: str) -> HttpResponse:
        """A recording from a plain form, in one go."""
        lesson = self._lesson(request, object_id, part)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = RecordingForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(request, lesson, part, " ".join(map(str, form.errors.get("recording", []))))
        try:
            uploads.take_whole(sound.part_of(lesson, part).asset, form.cleaned_data["recording"], _user(request))
        except uploads.Refused as error:
            return self._show(request, lesson, part, str(error))
        return self._taken(request, lesson, part)

    def _taken(self, request: HttpRequest, lesson: Lesson, part: str) -> HttpResponse:
        said = _("The recording is here and is being converted. Until that is done, the old audio plays.")
        self.log_change(request, lesson, said)
        self.message_user(request, said, messages.SUCCESS)
        return redirect(self._audio(lesson, part))

    # --- Times of sentences ---

    def audio_times(self, request: HttpRequest, object_id: int, part: str) -> HttpResponse:
        lesson = self._lesson(request, object_id, part)
        shown = panel(lesson, part, _user(request))
        take = shown.take
        if take is None:
            raise Http404(_("There is nothing to hear yet."))
        if request.method == "POST":
            form = CuesForm(take, request.POST)
            if form.is_valid():
                return self._correct(request, shown, take, form.cleaned_data["text"])
        else:
            form = CuesForm(take, initial={"take": take.pk, "text": cues.written(take.sentences())})
        context = self.admin_site.each_context(request) | {
            "title": _("Times of the sentences"),
            "subtitle": str(lesson),
            "original": lesson,
            "trail": [
                *self.trail(request, lesson),
                (self._page(lesson), str(lesson)),
                (self._audio(lesson, part), _("Audio")),
            ],
            "panel": shown,
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/audio/times.html", context, status=422 if form.errors else 200)

    def _correct(self, request: HttpRequest, shown: Panel, take: Take, found: list[timeline.Cue]) -> HttpResponse:
        take.cues = timeline.dump_cues(found)
        take.save(update_fields=["cues"])
        said = _("The times are corrected. Players have them when they are next opened.")
        self.log_change(request, shown.lesson, said)
        self.message_user(request, said, messages.SUCCESS)
        return redirect(self._audio(shown.lesson, shown.part))

    # --- Finding things ---

    def _lesson(self, request: HttpRequest, object_id: int, part: str | None = None) -> Lesson:
        lesson = self.get_object(request, str(object_id))
        if part is not None and part not in LessonAudio.Part.values:
            raise Http404
        assert isinstance(lesson, Lesson)
        return lesson

    def _page(self, lesson: Lesson) -> str:
        return reverse("admin:courses_lesson_change", args=[lesson.pk])

    def _audio(self, lesson: Lesson, part: str = "") -> str:
        address = reverse("admin:courses_lesson_audio", args=[lesson.pk])
        return f"{address}#audio-{part}" if part else address


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _unreadable(lesson: Lesson) -> str:
    """Why `lesson` cannot be published; empty when it can: what people hear they must be able to read."""
    parts = [str(LessonAudio.Part(part).label) for part in sound.unwritten(lesson)]
    if not parts:
        return ""
    words = _(
        "“%(lesson)s” is saved and not published: there is a recording and no text to read with it (%(parts)s). "
        "Write the text, or go back to speech on the page Audio."
    )
    return words % {"lesson": lesson, "parts": ", ".join(parts)}


def _make(user: User, shown: Panel) -> str:
    job = sound.make(shown.lesson, shown.part, asked_by=user)
    if job is None:
        return _("Nothing to do: it sounds as the text says.")
    return _("It is being made in the background. Until that is done, the old audio plays.")


def _stop(user: User, shown: Panel) -> str:
    if shown.asset:
        production.stop(shown.asset)
    return _("Stopped. What plays now goes on playing.")


def _back_to_speech(user: User, shown: Panel) -> str:
    if shown.asset:
        sound.back_to_speech(shown.asset, shown.lesson, asked_by=user)
    return _("The text is being spoken. Until that is done, the recording plays.")
