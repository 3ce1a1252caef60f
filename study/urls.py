from django.urls import path

from .views import course, evidence, learn, lesson, notes

app_name = "study"

urlpatterns = [
    path("learn/", learn.learn, name="learn"),
    path("learn/notes/", learn.all_notes, name="notes"),
    path("courses/<slug:course>/", course.course, name="course"),
    path("courses/<slug:course>/glossary/", course.glossary, name="glossary"),
    path("courses/<slug:course>/<slug:lesson>/", lesson.read, name="lesson"),
    path("courses/<slug:course>/<slug:lesson>/listen/", lesson.listen, name="listen"),
    path("courses/<slug:course>/<slug:lesson>/recall/", lesson.recall, name="recall"),
    path("courses/<slug:course>/<slug:lesson>/place/", evidence.place, name="place"),
    path("courses/<slug:course>/<slug:lesson>/completion/", evidence.completion, name="completion"),
    path("courses/<slug:course>/<slug:lesson>/notes/<slug:key>/", notes.note, name="note"),
]
