from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from lib.rest import AddressField

from .filters import LENGTHS
from .models import Course, Level, SearchEntry, Track
from .search import KIND_LABELS

ORDERS = {
    "-published_at": _("newest first"),
    "published_at": _("oldest first"),
    "title": _("by title"),
    "-title": _("by title, from Z to A"),
    "minutes": _("shortest first"),
    "-minutes": _("longest first"),
}


class TrackSerializer(serializers.ModelSerializer):
    course_count = serializers.IntegerField(help_text=_("published courses"))
    url = AddressField(source="get_absolute_url")

    class Meta:
        model = Track
        fields = ("slug", "title", "promise", "course_count", "url")
        read_only_fields = fields


class CourseSerializer(serializers.ModelSerializer):
    track = serializers.SlugField(source="track.slug")
    seats_left = serializers.IntegerField(allow_null=True, help_text=_("null: as many as want to"))
    url = AddressField(source="get_absolute_url")

    class Meta:
        model = Course
        fields: tuple[str, ...] = (
            "slug",
            "title",
            "promise",
            "track",
            "level",
            "language",
            "minutes",
            "lesson_count",
            "seats",
            "seats_left",
            "published_at",
            "revised_at",
            "url",
        )
        read_only_fields = fields


class CourseQuerySerializer(serializers.Serializer):
    """What ?track=…&level=… may be. Of one filter any of its values will do."""

    track = serializers.SlugField(required=False)
    level = serializers.ListField(child=serializers.ChoiceField(Level.choices), required=False)
    length = serializers.ListField(
        child=serializers.ChoiceField([(name, label) for name, (label, *_minutes) in LENGTHS.items()]), required=False
    )
    language = serializers.ListField(child=serializers.CharField(max_length=12), required=False)
    ordering = serializers.ChoiceField(list(ORDERS.items()), default="-published_at")

    def validate_track(self, slug: str) -> str:
        if not Track.objects.filter(slug=slug).exists():
            raise serializers.ValidationError(_("There is no such track. GET /api/v1/tracks/ lists them."))
        return slug


class SearchQuerySerializer(serializers.Serializer):
    q = serializers.CharField(
        min_length=2, max_length=200, help_text=_("words to look for, with typing errors if need be")
    )
    kind = serializers.ChoiceField(list(KIND_LABELS.items()), required=False)
    page = serializers.IntegerField(min_value=1, max_value=1_000_000, default=1, help_text=_("20 hits a page"))


class HitSerializer(serializers.Serializer):
    """One thing found."""

    kind = serializers.ChoiceField(SearchEntry.Kind.choices, source="entry.kind")
    title = serializers.CharField(source="entry.title")
    snippet_html = serializers.CharField(help_text=_("why it was found, the words in <mark>"))
    course = serializers.SlugField(source="entry.course.slug")
    lesson = serializers.SlugField(source="entry.lesson.slug", allow_null=True)
    url = AddressField(source="entry.address")


class FoundSerializer(serializers.Serializer):
    query = serializers.CharField()
    corrected = serializers.CharField(
        help_text=_("what was looked for instead; empty if the query itself found something")
    )
    is_partial = serializers.BooleanField(help_text=_("nothing holds all the words: these hold some"))
    counts = serializers.DictField(child=serializers.IntegerField(), help_text=_("hits by kind"))
    page = serializers.IntegerField(help_text=_("the page asked for, or the last there is"))
    page_count = serializers.IntegerField()
    results = HitSerializer(many=True)
