"""Settings of the API that are the same everywhere; what the environment decides stands in `settings.py`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

FRAMEWORK: dict[str, Any] = {
    # The first one's challenge goes into 401s.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["lib.bodies.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "lib.cursors.Cursors",
    "DEFAULT_THROTTLE_CLASSES": [
        "lib.throttles.VisitorThrottle",
        "lib.throttles.PersonThrottle",
        "lib.throttles.WriteThrottle",
    ],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "lib.problems.handler",
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": False,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

TOKENS = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_PREFIX": "ff_",  # leaked tokens are found by their beginning
    "TOKEN_TTL": timedelta(days=365),
}


def description(languages: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {
        "TITLE": "Fivefold",
        "DESCRIPTION": _(
            "Courses, lessons with all their parts, search; and a learner's enrolments, notes, listening and tests."
        ),
        "VERSION": "1",
        "SCHEMA_PATH_PREFIX": r"/api/v1",
        "SERVE_INCLUDE_SCHEMA": False,
        "SORT_OPERATIONS": False,
        "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
        "ENUM_NAME_OVERRIDES": {
            "Locale": languages,
            "Tier": "accounts.models.Tier",
            "Level": "courses.models.Level",
            "FoundKind": "courses.models.SearchEntry.Kind",
            "MemoryAidKind": "lessons.models.MemoryAid.Kind",
            "CardKind": "flashcards.models.Card.Kind",
            "SpeakerRole": "lessons.models.Role",
            "QuestionKind": "quizzes.models.Kind",
            "TestWay": "quizzes.models.MockTest.Way",
            "TestCounts": "quizzes.models.MockTest.Counts",
            "AttemptState": "quizzes.models.Attempt.State",
            "Theme": "accounts.models.Theme",
            "TextSize": "accounts.models.TextSize",
            "ReadingFont": "accounts.models.ReadingFont",
        },
        "POSTPROCESSING_HOOKS": [
            "drf_spectacular.hooks.postprocess_schema_enums",
            "lib.openapi.add_problems",
        ],
        "TAGS": [
            {"name": "catalogue", "description": _("Tracks, courses, search: for everybody.")},
            {"name": "lessons", "description": _("Texts of published lessons: for everybody.")},
            {"name": "enrolments", "description": _("Join and leave courses.")},
            {"name": "place and notes", "description": _("What you keep in lessons of your courses.")},
            {"name": "listening", "description": _("Audio, what you heard of it, bookmarks and podcast feeds.")},
            {"name": "tests", "description": _("Mock tests and practice: begin, answer, submit, see the result.")},
            {"name": "me", "description": _("Your profile and preferences.")},
        ],
    }
