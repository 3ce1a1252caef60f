"""Private notes and highlights on paragraphs."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
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
    if not seats.is_enrolled(user, found.course):
        raise PermissionDenied(_("Enrol in this course first: then you can write notes."))
    block = Block.objects.filter(lesson=found, key=key).select_related("lesson__course").first()
    if block is None:
        raise Http404(_("This paragraph is no longer part of the lesson."))
    mine = Note.objects.visible_to(user).filter(block=block).first()
    form: NoteForm | None = None
    status = 200
    if request.method == "POST":
        form = NoteForm(request.POST, instance=mine or Note(learner=user, block=block, quote=block.text))
        if not form.is_valid():
            status = 422
        else:
            mine, form = keep(form), None
            if not wants_part(request):
                return redirect(block)
    elif "view" not in request.GET:
        form = NoteForm(instance=mine or Note(learner=user, block=block, quote=block.text))
    context = {"course": found.course, "lesson": found, "block": block, "note": mine, "form": form}
    return render_part(request, "study/note.html", "study/_note.html", context, status=status)


def keep(form: NoteForm) -> Note | None:
    """Store the note; one without words and without highlight is removed. Two tabs make one row."""
    note: Note = form.instance
    if not note.body.strip() and not note.is_highlighted:
        Note.objects.filter(learner=note.learner, block=note.block).delete()
        return None
    try:
        with transaction.atomic():
            note.save()
    except IntegrityError:  # another tab made it first: the later words win
        first = Note.objects.get(learner=note.learner, block=note.block)
        first.body, first.is_highlighted = note.body, note.is_highlighted
        first.save(update_fields=("body", "is_highlighted", "changed_at"))
        return first
    return note
