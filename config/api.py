"""Every address of the REST API."""

from django.urls import path

from accounts.api import Me
from courses.api import Courses, Search, Tracks
from enrollment.api import EnrollmentDetail, Enrollments
from lessons.api import BookmarkDetail, Bookmarks, LessonAudioDetail, LessonListening, Playback, PodcastFeed
from quizzes.api import (
    AnswerCheck,
    AttemptAnswers,
    AttemptDetail,
    AttemptFlag,
    AttemptResult,
    AttemptSubmission,
    NextQuestion,
    Practice,
    TestAttempts,
    TestDetail,
    Tests,
)
from study.api import CourseDetail, Glossary, LessonDetail, NoteDetail, Notes, Place

from . import reference

app_name = "api"
urlpatterns = [
    path("v1/tracks/", Tracks.as_view(), name="tracks"),
    path("v1/courses/", Courses.as_view(), name="courses"),
    path("v1/courses/<slug:course>/", CourseDetail.as_view(), name="course"),
    path("v1/courses/<slug:course>/glossary/", Glossary.as_view(), name="glossary"),
    path("v1/courses/<slug:course>/lessons/<slug:lesson>/", LessonDetail.as_view(), name="lesson"),
    path("v1/courses/<slug:course>/lessons/<slug:lesson>/place/", Place.as_view(), name="place"),
    path("v1/courses/<slug:course>/lessons/<slug:lesson>/audio/", LessonAudioDetail.as_view(), name="audio"),
    path("v1/courses/<slug:course>/lessons/<slug:lesson>/listening/", LessonListening.as_view(), name="listening"),
    path("v1/courses/<slug:course>/playback/", Playback.as_view(), name="playback"),
    path("v1/courses/<slug:course>/feed/", PodcastFeed.as_view(), name="feed"),
    path("v1/courses/<slug:course>/lessons/<slug:lesson>/practice/", Practice.as_view(), name="practice"),
    path("v1/courses/<slug:course>/tests/", Tests.as_view(), name="tests"),
    path("v1/courses/<slug:course>/tests/<slug:test>/", TestDetail.as_view(), name="test"),
    path("v1/courses/<slug:course>/tests/<slug:test>/attempts/", TestAttempts.as_view(), name="test_attempts"),
    path("v1/attempts/<uuid:pk>/", AttemptDetail.as_view(), name="attempt"),
    path("v1/attempts/<uuid:pk>/answers/", AttemptAnswers.as_view(), name="attempt_answers"),
    path("v1/attempts/<uuid:pk>/flags/<int:slot>/", AttemptFlag.as_view(), name="attempt_flag"),
    path("v1/attempts/<uuid:pk>/next/", NextQuestion.as_view(), name="attempt_next"),
    path("v1/attempts/<uuid:pk>/submission/", AttemptSubmission.as_view(), name="attempt_submission"),
    path("v1/attempts/<uuid:pk>/result/", AttemptResult.as_view(), name="attempt_result"),
    path("v1/attempts/<uuid:pk>/checks/<int:slot>/", AnswerCheck.as_view(), name="attempt_check"),
    path("v1/bookmarks/", Bookmarks.as_view(), name="bookmarks"),
    path("v1/bookmarks/<uuid:pk>/", BookmarkDetail.as_view(), name="bookmark"),
    path("v1/search/", Search.as_view(), name="search"),
    path("v1/enrolments/", Enrollments.as_view(), name="enrollments"),
    path("v1/enrolments/<uuid:pk>/", EnrollmentDetail.as_view(), name="enrollment"),
    path("v1/notes/", Notes.as_view(), name="notes"),
    path("v1/notes/<uuid:pk>/", NoteDetail.as_view(), name="note"),
    path("v1/me/", Me.as_view(), name="me"),
    path("schema/", reference.Schema.as_view(), name="schema"),
    path("docs/", reference.docs, name="docs"),
]
