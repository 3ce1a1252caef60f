from django.urls import path

from .views import cards, course, evidence, feed, learn, lesson, listen, listening, notes, practice, results, tests

app_name = "study"

urlpatterns = [
    path("learn/", learn.learn, name="learn"),
    path("learn/notes/", learn.all_notes, name="notes"),
    path("courses/<slug:course>/", course.course, name="course"),
    path("courses/<slug:course>/glossary/", course.glossary, name="glossary"),
    path("courses/<slug:course>/tests/<slug:test>/", tests.mock_test, name="mock_test"),
    path("courses/<slug:course>/<slug:lesson>/", lesson.read, name="lesson"),
    path("courses/<slug:course>/<slug:lesson>/listen/", lesson.listen, name="listen"),
    path("courses/<slug:course>/<slug:lesson>/recall/", lesson.recall, name="recall"),
    path("courses/<slug:course>/<slug:lesson>/test/", tests.lesson, name="test"),
    path("courses/<slug:course>/<slug:lesson>/cards/<uuid:pk>/removal/", cards.remove, name="own_card"),
    path("attempts/<uuid:pk>/result/", results.result, name="result"),
    path("attempts/<uuid:pk>/result/score/", results.score, name="score"),
    path("attempts/<uuid:pk>/q/<int:n>/check/", practice.check, name="check"),
    path("attempts/<uuid:pk>/q/<int:n>/card/", results.card, name="card"),
    path("attempts/<uuid:pk>/q/<int:n>/problem/", results.problem, name="problem"),
    path("courses/<slug:course>/<slug:lesson>/audio/", listening.audio, name="audio"),
    path("courses/<slug:course>/<slug:lesson>/heard/", listening.heard, name="heard"),
    path("courses/<slug:course>/<slug:lesson>/bookmarks/", listening.add_bookmark, name="bookmarks"),
    path("courses/<slug:course>/<slug:lesson>/bookmarks/<uuid:pk>/", listening.bookmark, name="bookmark"),
    path(
        "courses/<slug:course>/<slug:lesson>/bookmarks/<uuid:pk>/note/", listening.bookmark_note, name="bookmark_note"
    ),
    path("listen/", listen.library, name="library"),
    path("listen/<slug:course>/", listen.queue, name="playlist"),
    path("listen/<slug:course>/queue/", listening.queue, name="queue"),
    path("listen/<slug:course>/rate/", listening.rate, name="rate"),
    path("listen/<slug:course>/feed/", feed.feed, name="feed"),
    path("listen/<slug:course>/feed/end/", feed.end, name="feed_end"),
    path("courses/<slug:course>/<slug:lesson>/place/", evidence.place, name="place"),
    path("courses/<slug:course>/<slug:lesson>/completion/", evidence.completion, name="completion"),
    path("courses/<slug:course>/<slug:lesson>/notes/<slug:key>/", notes.note, name="note"),
]
