"""The shapes of tests and attempts: what scripts and programs send, and what the API answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from lib.rest import AddressField

from .models import Attempt, Kind, MockTest
from .saving import LARGEST_REV, LONGEST, LONGEST_TAB, SUREST, Item

MOST_ANSWERS = 300  # in one request
MOST_SLOTS = 10_000


# --- What is sent ---------------------------------------------------------------------------------------------------


class AnswerWriteSerializer(serializers.Serializer):
    slot = serializers.IntegerField(min_value=1, max_value=MOST_SLOTS, help_text=_("number of the question, from 1"))
    rev = serializers.IntegerField(
        min_value=1, max_value=LARGEST_REV, help_text=_("rises with every change of this answer; the highest is kept")
    )
    value = serializers.JSONField(
        allow_null=True, help_text=_("the whole answer, shaped by the kind of the question; null: blank")
    )
    certainty = serializers.IntegerField(
        min_value=1, max_value=SUREST, allow_null=True, required=False, default=None, help_text=_("1 unsure, 3 sure")
    )
    flagged = serializers.BooleanField(required=False, default=False, help_text=_("to come back to"))
    seconds = serializers.IntegerField(
        min_value=0, max_value=LONGEST, required=False, default=0, help_text=_("spent on this question in all")
    )


class AnswersSerializer(serializers.Serializer):
    tab = serializers.RegexField(
        r"^[\w.:-]*$",
        max_length=LONGEST_TAB,
        allow_blank=True,
        required=False,
        default="",
        help_text=_("a random name of the browser tab that writes; empty: go by rev alone"),
    )
    answers = serializers.ListField(child=AnswerWriteSerializer(), max_length=MOST_ANSWERS)


class TabSerializer(serializers.Serializer):
    tab = serializers.RegexField(r"^[\w.:-]+$", max_length=LONGEST_TAB)


class FlagSerializer(serializers.Serializer):
    flagged = serializers.BooleanField()


class PracticeSerializer(serializers.Serializer):
    missed_in = serializers.UUIDField(
        required=False, help_text=_("a closed attempt of yours: a round with what you missed in it")
    )


class AfterSerializer(serializers.Serializer):
    after = serializers.IntegerField(
        min_value=1,
        max_value=MOST_SLOTS,
        help_text=_("the slot that you are done with: asked twice, nothing is skipped"),
    )


def items(answers: Iterable[Mapping[str, Any]]) -> list[Item]:
    """What `AnswersSerializer` read, as saving takes it."""
    return [
        Item(
            slot=one["slot"],
            rev=one["rev"],
            value=one["value"],
            certainty=one["certainty"],
            is_flagged=one["flagged"],
            seconds=one["seconds"],
        )
        for one in answers
    ]


# --- Answers of the API ---------------------------------------------------------------------------------------------


class TestStandingSerializer(serializers.Serializer):
    allowed = serializers.BooleanField(help_text=_("whether you may begin now, or go on with the open attempt"))
    code = serializers.CharField(help_text=_("why not; empty when allowed"))
    reason = serializers.CharField(help_text=_("the same as a sentence"))
    minutes = serializers.FloatField(allow_null=True, help_text=_("the time you have; null: no limit"))
    deadline = serializers.DateTimeField(allow_null=True, help_text=_("of the open attempt, or if it began now"))
    attempts_left = serializers.IntegerField(allow_null=True, help_text=_("null: as many as you like"))
    wait_until = serializers.DateTimeField(allow_null=True)
    is_preview = serializers.BooleanField()
    attempt = serializers.UUIDField(source="open.pk", allow_null=True, default=None, help_text=_("the open one"))


class MockTestSerializer(serializers.ModelSerializer):
    lesson = serializers.SlugField(source="lesson.slug", allow_null=True, default=None)
    chapter = serializers.CharField(source="chapter.title", allow_null=True, default=None)
    pass_percent = serializers.IntegerField(
        source="pass_mark", allow_null=True, read_only=True, help_text=_("null: nobody passes or fails")
    )
    url = AddressField(source="get_absolute_url")

    class Meta:
        model = MockTest
        fields = [
            "slug",
            "title",
            "lesson",
            "chapter",
            "way",
            "minutes",
            "attempts_allowed",
            "wait_hours",
            "pass_percent",
            "with_certainty",
            "counts",
            "opens_at",
            "closes_at",
            "url",
        ]


class MockTestDetailSerializer(MockTestSerializer):
    introduction = serializers.CharField(help_text=_("Markdown"))
    own = serializers.SerializerMethodField()

    class Meta(MockTestSerializer.Meta):
        fields = [*MockTestSerializer.Meta.fields, "introduction", "own"]

    def get_own(self, test: MockTest) -> TestStandingSerializer:
        return TestStandingSerializer(self.context["standing"]).data  # type: ignore[return-value]


class StemSerializer(serializers.Serializer):
    markdown = serializers.CharField()
    html = serializers.CharField()


class QuestionSerializer(serializers.Serializer):
    """A question of an open attempt with what you answered. Nothing of its key."""

    slot = serializers.IntegerField()
    section = serializers.IntegerField(help_text=_("index in sections"))
    kind = serializers.ChoiceField(Kind.choices)
    stem = StemSerializer()
    body = serializers.JSONField(help_text=_("by kind: options, items, gaps, in the order of this attempt"))
    rev = serializers.IntegerField()
    value = serializers.JSONField(allow_null=True)
    certainty = serializers.IntegerField(allow_null=True)
    flagged = serializers.BooleanField()
    seconds = serializers.IntegerField()


class AttemptSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    course = serializers.CharField()
    test = serializers.CharField(allow_null=True)
    lesson = serializers.CharField(allow_null=True, help_text=_("of a practice round"))
    purpose = serializers.ChoiceField(Attempt.Purpose.choices)
    number = serializers.IntegerField()
    state = serializers.ChoiceField(Attempt.State.choices)
    started_at = serializers.DateTimeField()
    deadline = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    closed_by = serializers.ChoiceField(Attempt.ClosedBy.choices, allow_null=True)
    remaining_ms = serializers.IntegerField(allow_null=True, help_text=_("by our clock; null: no limit"))
    is_adaptive = serializers.BooleanField()
    with_certainty = serializers.BooleanField()
    url = AddressField()


class PaperSerializer(AttemptSerializer):
    sections = serializers.ListField(child=serializers.CharField(allow_blank=True))
    questions = QuestionSerializer(many=True)


class SavedSerializer(serializers.Serializer):
    state = serializers.ChoiceField(Attempt.State.choices)
    remaining_ms = serializers.IntegerField(allow_null=True)
    accepted = serializers.DictField(
        child=serializers.IntegerField(), help_text=_("slot → the revision that is kept: yours or a later one is safe")
    )
    unreadable = serializers.DictField(
        child=serializers.CharField(), help_text=_("slot → what cannot be read in it; the answer is kept")
    )
    refused = serializers.DictField(child=serializers.CharField(), help_text=_("slot → why it was not kept"))
    stale = serializers.ListField(
        child=serializers.IntegerField(), help_text=_("slots where another answer than yours is kept")
    )
    late = serializers.ListField(
        child=serializers.IntegerField(), help_text=_("slots that came after the end: kept for your teacher, unscored")
    )


class ScoreSerializer(serializers.Serializer):
    marks_ppm = serializers.IntegerField(help_text=_("millionths of a mark"))
    possible_ppm = serializers.IntegerField()
    share_ppm = serializers.IntegerField(help_text=_("millionths of what is possible"))
    passed = serializers.BooleanField(allow_null=True, help_text=_("null: the test has no pass mark"))
    is_provisional = serializers.BooleanField(help_text=_("an answer still waits to be marked by hand"))
    ability = serializers.FloatField(allow_null=True)
    ability_error = serializers.FloatField(allow_null=True)
    scored_at = serializers.DateTimeField()


class ToldSerializer(serializers.Serializer):
    verdict = serializers.CharField(allow_null=True, help_text=_("right, partial, wrong, blank, invalid or manual"))
    share_ppm = serializers.IntegerField(allow_null=True)
    why = serializers.JSONField(allow_null=True, help_text=_("[code, datum] of each reason"))
    key = serializers.JSONField(allow_null=True)
    explanation = StemSerializer(allow_null=True)


class ReviewedQuestionSerializer(QuestionSerializer, ToldSerializer):
    """A question of a closed attempt. What you may not see (yet) is null."""

    marks_ppm = serializers.IntegerField(allow_null=True)


class ResultSerializer(AttemptSerializer):
    visible = serializers.ListField(child=serializers.CharField(), help_text=_("what you may see now"))
    score = ScoreSerializer(allow_null=True, help_text=_("null while it is being scored, or not shown yet"))
    questions = ReviewedQuestionSerializer(many=True)
