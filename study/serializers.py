"""The shapes of courses, lessons, places and notes in the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Tier
from courses.models import Lesson
from courses.serializers import CourseSerializer
from flashcards.models import Card
from lessons import blocks, places
from lessons.models import Block, MemoryAid, Role
from lib.rest import AddressField, full_address

from .models import Note
from .outline import Row

LONGEST_REPORT = 2_000  # block keys
KEY_LENGTH = 12  # characters of a block's key
LONGEST_NOTE = 10_000  # characters


# --- A course -------------------------------------------------------------------------------------------------------


class OutlineLessonSerializer(serializers.Serializer):
    slug = serializers.SlugField()
    title = serializers.CharField()
    objective = serializers.CharField()
    minutes = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)
    is_open = serializers.BooleanField(help_text=_("no: announced for `published_at`"))
    percent = serializers.SerializerMethodField(help_text=_("how much you have read; null for who is not enrolled"))
    percent_heard = serializers.SerializerMethodField(help_text=_("the same for its audio; null while there is none"))
    url = AddressField()

    def get_percent(self, row: Row) -> int | None:
        mine = self.context["standing"].lessons.get(row.pk)
        return mine.percent if mine else None

    def get_percent_heard(self, row: Row) -> int | None:
        mine = self.context["standing"].lessons.get(row.pk)
        return mine.percent_heard if mine and mine.audible else None


class OutlineChapterSerializer(serializers.Serializer):
    title = serializers.CharField()
    lessons = OutlineLessonSerializer(source="rows", many=True)


class OwnStandingSerializer(serializers.Serializer):
    """Where you stand in a course that you are enrolled in."""

    enrolment = serializers.UUIDField(source="enrollment.pk")
    enrolled_at = serializers.DateTimeField(source="enrollment.enrolled_at")
    percent = serializers.IntegerField(help_text=_("of the words to read"))
    percent_heard = serializers.IntegerField(help_text=_("of the seconds to hear"))
    lessons_read = serializers.IntegerField()
    next_lesson = serializers.SlugField(source="current.row.slug", allow_null=True, default=None)
    continue_url = serializers.SerializerMethodField()

    def get_continue_url(self, standing: Any) -> str | None:
        return full_address(standing.current.continue_url) if standing.current else None


class CourseDetailSerializer(CourseSerializer):
    outcomes = serializers.ListField(child=serializers.CharField())
    instructors = serializers.SerializerMethodField(help_text=_("their names"))
    chapters = serializers.SerializerMethodField()
    own = serializers.SerializerMethodField(help_text=_("null for visitors and for who is not enrolled"))

    class Meta(CourseSerializer.Meta):
        fields = (*CourseSerializer.Meta.fields, "outcomes", "instructors", "chapters", "own")
        read_only_fields = fields

    def get_instructors(self, course: Any) -> list[str]:
        # Names only: an address is nobody's business.
        people = course.instructors.order_by("teachings__position", "pk")
        return [person.display_name for person in people if person.display_name]

    @extend_schema_field(OutlineChapterSerializer(many=True))
    def get_chapters(self, course: Any) -> Any:
        return OutlineChapterSerializer(self.context["outline"].chapters, many=True, context=self.context).data

    @extend_schema_field(OwnStandingSerializer(allow_null=True))
    def get_own(self, course: Any) -> dict[str, Any] | None:
        standing = self.context["standing"]
        return OwnStandingSerializer(standing).data if standing.is_enrolled else None


# --- A lesson -------------------------------------------------------------------------------------------------------


class BlockSerializer(serializers.Serializer):
    key = serializers.CharField(help_text=_("names the paragraph in places and notes, also after edits"))
    html = serializers.CharField()


class TextSerializer(serializers.Serializer):
    """A text: as its author wrote it, and as HTML. All blocks together are the whole text."""

    markdown = serializers.CharField()
    blocks = BlockSerializer(many=True)


class SummarySerializer(serializers.Serializer):
    tier = serializers.ChoiceField(Tier.choices)
    body = TextSerializer()


class ConceptSerializer(serializers.Serializer):
    name = serializers.CharField()
    description = TextSerializer()


class ExampleSerializer(serializers.Serializer):
    title = serializers.CharField()
    body = TextSerializer()


class MemoryAidSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(MemoryAid.Kind.choices)
    body = TextSerializer()


class SpeakerSerializer(serializers.Serializer):
    name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)


class TurnSerializer(serializers.Serializer):
    """What one speaker says: always one block."""

    key = serializers.CharField()
    speaker = SpeakerSerializer()
    markdown = serializers.CharField()
    html = serializers.CharField()


class EpisodeSerializer(serializers.Serializer):
    title = serializers.CharField()
    turns = TurnSerializer(many=True)


class ChunkSerializer(serializers.Serializer):
    """A piece of the audiobook."""

    title = serializers.CharField()
    excerpt = TextSerializer(allow_null=True)
    explanation = TextSerializer()
    analogy = TextSerializer(allow_null=True)


class FaceSerializer(serializers.Serializer):
    """One side of a card. A cloze marks the hidden words with {{double braces}} in the Markdown of its front."""

    markdown = serializers.CharField()
    html = serializers.CharField()


class CardSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Card.Kind.choices)
    concept = serializers.CharField(allow_null=True)
    front = FaceSerializer()
    back = FaceSerializer()


class LessonSerializer(serializers.ModelSerializer):
    course = serializers.SlugField()
    chapter = serializers.CharField()
    url = AddressField()
    summaries = SummarySerializer(many=True)
    concepts = ConceptSerializer(many=True)
    examples = ExampleSerializer(many=True)
    memory_aids = MemoryAidSerializer(many=True)
    episodes = EpisodeSerializer(many=True)
    chunks = ChunkSerializer(many=True)
    cards = CardSerializer(many=True)

    class Meta:
        model = Lesson
        fields = (
            "slug",
            "title",
            "objective",
            "minutes",
            "course",
            "chapter",
            "published_at",
            "revised_at",
            "url",
            "summaries",
            "concepts",
            "examples",
            "memory_aids",
            "episodes",
            "chunks",
            "cards",
        )
        read_only_fields = fields


class TermSerializer(serializers.Serializer):
    """A term of the course's glossary."""

    id = serializers.UUIDField()
    front = FaceSerializer()
    back = FaceSerializer()
    lesson = serializers.SlugField()


# --- What learners keep ---------------------------------------------------------------------------------------------


class PlaceSerializer(serializers.Serializer):
    """Where you are in a lesson, and what of it you have read."""

    key = serializers.CharField(allow_null=True, help_text=_("the block you are at; null before the first"))
    at = serializers.DateTimeField(allow_null=True)
    read = serializers.ListField(child=serializers.CharField(), help_text=_("blocks you have read that still exist"))
    percent = serializers.IntegerField()
    words_read = serializers.IntegerField()
    words = serializers.IntegerField(help_text=_("to read in all; of the three summaries one counts"))
    finished_at = serializers.DateTimeField(allow_null=True, help_text=_("when you first marked the lesson as read"))
    url = AddressField(help_text=_("the page at your place"))


class PlaceChangeSerializer(serializers.Serializer):
    key = serializers.CharField(required=False, max_length=KEY_LENGTH, help_text=_("the block you are at"))
    read = serializers.ListField(
        child=serializers.CharField(max_length=KEY_LENGTH),
        max_length=LONGEST_REPORT,
        required=False,
        help_text=_("blocks you have read; added to those known, what is not of this lesson is left out"),
    )

    def validate_key(self, key: str) -> str:
        if key not in blocks.of(self.context["lesson"]).words:
            raise serializers.ValidationError(_("The lesson has no such block now. Read it again for its keys."))
        return key


class NoteSerializer(serializers.ModelSerializer):
    key = serializers.CharField(
        source="block.key", allow_null=True, help_text=_("of the block; null once it is deleted")
    )
    course = serializers.SlugField(source="block.lesson.course.slug", allow_null=True)
    lesson = serializers.SlugField(source="block.lesson.slug", allow_null=True)
    url = serializers.SerializerMethodField(help_text=_("the page at this paragraph"))

    class Meta:
        model = Note
        fields = (
            "id",
            "key",
            "quote",
            "body",
            "is_highlighted",
            "course",
            "lesson",
            "created_at",
            "changed_at",
            "url",
        )
        read_only_fields = fields

    def get_url(self, note: Note) -> str | None:
        if note.block is None:
            return None
        lesson = note.block.lesson
        return full_address(places.address(lesson.get_absolute_url(), note.block.part, note.block.key))


class NoteChangeSerializer(serializers.Serializer):
    """What of a note changes; context["note"] is the note."""

    body = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_NOTE, help_text=_("your words; empty for a mere highlight")
    )
    is_highlighted = serializers.BooleanField(required=False, help_text=_("whether the paragraph is highlighted"))

    def validate(self, changes: dict[str, Any]) -> dict[str, Any]:
        note = self.existing(changes)
        body = changes.get("body", note.body if note else "")
        if not body and not changes.get("is_highlighted", note.is_highlighted if note else False):
            raise serializers.ValidationError(_("Write something or highlight the paragraph. DELETE removes a note."))
        return changes

    def existing(self, changes: dict[str, Any]) -> Note | None:
        note: Note = self.context["note"]
        return note


class NoteWriteSerializer(NoteChangeSerializer):
    """context["user"]: who writes. Gives the `Block` under "key"."""

    key = serializers.CharField(max_length=KEY_LENGTH, help_text=_("the block it is about"))

    def validate_key(self, key: str) -> Block:
        """A block in a lesson that must not be seen is as unknown as any other."""
        seen = Lesson.objects.visible_to(self.context["user"])
        block = Block.objects.filter(key=key, lesson__in=seen).select_related("lesson__course").first()
        if block is None:
            raise serializers.ValidationError(_("There is no such block. A lesson's texts name theirs."))
        return block

    def existing(self, changes: dict[str, Any]) -> Note | None:
        mine = Note.objects.visible_to(self.context["user"]).filter(block=changes["key"])
        return mine.first()


class NoteQuerySerializer(serializers.Serializer):
    course = serializers.SlugField(required=False, help_text=_("only notes in this course"))
    lesson = serializers.SlugField(required=False, help_text=_("only notes in lessons with this slug"))
