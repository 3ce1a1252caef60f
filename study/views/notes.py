"""Private notes and highlights on paragraphs."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.people import signed_in
from courses.addresses import get_lesson
from enrollment import seats
from lessons.models import Block
from lib.http import render_part, wants_part

from .. import notes
from ..models import Note


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ("body", "is_highlighted")
        labels = {"body": gettext_lazy("Your note"), "is_highlighted": gettext_lazy("Highlight the paragraph")}
        widgets = {"body": forms.Textarea(attrs={"rows": 4, "autofocus": True})}


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, course: str, lesson: str, key: str) -> HttpResponse:
    """The note on one paragraph: to read, write, change; an empty one is removed."""
    user = signed_in(request)
    found = get_lesson(course, lesson, user)
    block = Block.objects.filter(lesson=found, key=key).select_related("lesson__course").first()
    if block is None:
        raise Http404(_("This paragraph is no longer part of the lesson."))
    mine = Note.objects.visible_to(user).filter(block=block).first()
    # Who has left the course keeps the notes, and may change them.
    if mine is None and not seats.is_enrolled(user, found.course):
        raise PermissionDenied(_("Enrol in this course first: then you can write notes."))
    form: NoteForm | None = None
    status = 200
    empty = Note(learner=user, block=block, quote=block.text)
    names = f"id_%s_{key}"  # several forms may stand open on one page
    if request.method == "POST":
        form = NoteForm(request.POST, instance=mine or empty, auto_id=names)
        if not form.is_valid():
            status = 422
        else:
            mine, form = notes.keep(user, block, form.cleaned_data), None
            if not wants_part(request):
                return redirect(block)
    elif "view" not in request.GET:
        form = NoteForm(instance=mine or empty, auto_id=names)
    context = {"course": found.course, "lesson": found, "block": block, "note": mine, "form": form}
    return render_part(request, "study/note.html", "study/_note.html", context, status=status)
