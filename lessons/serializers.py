"""The shapes of audio and listening: what players and programs send, and what the API answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from lib.rest import AddressField
from media.models import State

from . import listening
from .models import LessonAudio
from .models.listening import FASTEST, SLOWEST

MOST_REPORTS = 200  # in one request; the rest waits for the next
LONGEST = 100_000  # seconds; no audio comes near
LARGEST_SEQ = 2**53 - 1  # the largest whole number that every browser counts exactly
LONGEST_ELAPSED = 10**12  # milliseconds


class StretchField(serializers.ListField):
    """[start, end] in seconds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.FloatField(), min_length=2, max_length=2, **kwargs)


class ReportSerializer(serializers.Serializer):
    """What was heard since the last report. Whether it can be true is asked later: nonsense must not block the rest."""

    audio = serializers.IntegerField(min_value=1, max_value=LARGEST_SEQ)
    take = serializers.UUIDField(help_text=_("the take that the seconds are of"))
    device = serializers.RegexField(
        r"^[\w.:-]+$", max_length=40, help_text=_("a random name that the device gave itself and keeps")
    )
    seq = serializers.IntegerField(
        min_value=0, max_value=LARGEST_SEQ, help_text=_("rises with each report of the device")
    )
    heard = serializers.ListField(
        child=StretchField(), max_length=listening.MOST_STRETCHES, help_text=_("[start, end] in seconds")
    )
    place = serializers.FloatField(help_text=_("in seconds"))
    is_playing = serializers.BooleanField()
    visit = serializers.CharField(max_length=200, help_text=_("the token that came with the audio"))
    elapsed = serializers.FloatField(
        min_value=0,
        max_value=LONGEST_ELAPSED,
        help_text=_("milliseconds since the token came, by a clock that only counts"),
    )
    wall = serializers.FloatField(
        min_value=-LONGEST_ELAPSED,
        max_value=LONGEST_ELAPSED,
        required=False,
        default=0,
        help_text=_("the same by the time of day, which goes on while the device sleeps"),
    )


class ReportsSerializer(serializers.Serializer):
    reports = serializers.ListField(child=ReportSerializer(), max_length=MOST_REPORTS)


class RateSerializer(serializers.Serializer):
    rate = serializers.FloatField(
        min_value=SLOWEST, max_value=FASTEST, help_text=_("1 is the speed of speech; kept in steps of 0.05")
    )


class BookmarkWriteSerializer(serializers.Serializer):
    audio = serializers.IntegerField(min_value=1, max_value=LARGEST_SEQ)
    seconds = serializers.FloatField(min_value=0, max_value=LONGEST)


# --- Answers of the API ---------------------------------------------------------------------------------------------


class SourceSerializer(serializers.Serializer):
    src = AddressField(help_text=_("signed for you, for some hours; takes byte ranges"))
    type = serializers.CharField()
    bytes = serializers.IntegerField()


class ChapterSerializer(serializers.Serializer):
    start = serializers.FloatField()
    title = serializers.CharField()


class CueSerializer(serializers.Serializer):
    """A sentence and when it is heard."""

    start = serializers.FloatField()
    end = serializers.FloatField()
    key = serializers.CharField(help_text=_("of the block it belongs to"))
    speaker = serializers.CharField(help_text=_("empty for the narrator"))
    text = serializers.CharField()
    approximate = serializers.BooleanField()
    words = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        help_text=_("[start, end, first character, number of characters]; empty where words have no times"),
    )


class PlaceInAudioSerializer(serializers.Serializer):
    seconds = serializers.FloatField()
    at = serializers.DateTimeField()
    device = serializers.CharField()
    resume = serializers.FloatField(help_text=_("where to begin now: a little earlier, the longer the pause was"))


class BookmarkSerializer(serializers.Serializer):
    """A bookmark, in seconds of the take that plays now."""

    id = serializers.UUIDField()
    audio = serializers.IntegerField()
    seconds = serializers.FloatField()
    key = serializers.CharField(help_text=_("of the block that is heard there"))
    words = serializers.CharField(help_text=_("of the sentence that is heard there"))
    created_at = serializers.DateTimeField()


class ListeningSerializer(serializers.Serializer):
    """What you heard of one audio."""

    audio = serializers.IntegerField()
    take = serializers.UUIDField()
    seconds = serializers.FloatField(help_text=_("length of the audio"))
    heard = serializers.ListField(child=StretchField())
    heard_seconds = serializers.FloatField()
    percent = serializers.IntegerField()
    place = PlaceInAudioSerializer(allow_null=True)


class PlayableSerializer(ListeningSerializer):
    """An audio with all that a player needs."""

    part = serializers.ChoiceField(LessonAudio.Part.choices)
    title = serializers.CharField()
    sources = SourceSerializer(many=True, help_text=_("any of them will do; the first is the best"))
    chapters = ChapterSerializer(many=True)
    cues = CueSerializer(many=True)
    bookmarks = BookmarkSerializer(many=True)


class AudioStateSerializer(serializers.Serializer):
    part = serializers.ChoiceField(LessonAudio.Part.choices)
    title = serializers.CharField(source="get_part_display")
    state = serializers.ChoiceField(State.choices, source="asset.state")
    can_be_heard = serializers.BooleanField(source="asset.is_playable")
    seconds = serializers.FloatField(source="asset.take.seconds", default=None, allow_null=True)


class SampleSerializer(SourceSerializer):
    src = AddressField()
    seconds = serializers.FloatField()


class LessonAudioSerializer(serializers.Serializer):
    parts = AudioStateSerializer(many=True, help_text=_("what there is to hear, and how far it is made"))
    sample = SampleSerializer(allow_null=True, help_text=_("for everybody"))
    tracks = PlayableSerializer(many=True, help_text=_("empty for who is not enrolled"))
    rate = serializers.FloatField(allow_null=True)
    visit = serializers.CharField(help_text=_("token to report with; empty for who leaves no evidence"))


class LessonListeningSerializer(serializers.Serializer):
    tracks = ListeningSerializer(many=True)
    visit = serializers.CharField(help_text=_("token to report with; fetch it before you play, it lasts 30 days"))


class RefusalSerializer(serializers.Serializer):
    seq = serializers.IntegerField()
    reason = serializers.CharField()


class TakenInSerializer(LessonListeningSerializer):
    accepted = serializers.ListField(child=serializers.IntegerField(), help_text=_("need not be sent again"))
    refused = RefusalSerializer(many=True, help_text=_("those of them that count nothing, and why"))


class TimedReportSerializer(ReportSerializer):
    """A report by a program without a counting clock: it says when by its own time of day."""

    elapsed = serializers.FloatField(
        min_value=0,
        max_value=LONGEST_ELAPSED,
        required=False,
        help_text=_("milliseconds since the token came; or send `at`"),
    )
    at = serializers.DateTimeField(required=False, help_text=_("when, by your clock; send `sent_at` with it"))


class ListeningChangeSerializer(serializers.Serializer):
    sent_at = serializers.DateTimeField(
        required=False, help_text=_("now, by your clock: it may be wrong, the difference to each `at` counts")
    )
    reports = serializers.ListField(child=TimedReportSerializer(), max_length=MOST_REPORTS)

    def validate(self, sent: dict[str, Any]) -> dict[str, Any]:
        if any("elapsed" not in one and not ("at" in one and "sent_at" in sent) for one in sent["reports"]):
            raise serializers.ValidationError(
                _("Say when each report was: `elapsed`, or `at` together with `sent_at`.")
            )
        return sent


class BookmarkQuerySerializer(serializers.Serializer):
    course = serializers.SlugField(required=False, help_text=_("only bookmarks in this course"))
    lesson = serializers.SlugField(required=False, help_text=_("only bookmarks in lessons with this slug"))


class FeedSerializer(serializers.Serializer):
    """Your private podcast feed of a course. Its address is told once, when it is made."""

    id = serializers.UUIDField()
    ending = serializers.CharField(help_text=_("of the address, to tell it from an older one"))
    created_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField(allow_null=True)
    used_by = serializers.CharField(help_text=_("name of the app; empty before the first use"))


class NewFeedSerializer(FeedSerializer):
    address = serializers.CharField(help_text=_("whoever has it can listen; it is not shown again"))
