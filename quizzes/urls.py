from django.urls import path

from .views import answers, entrance, sitting

app_name = "quizzes"
urlpatterns = [
    path("courses/<slug:course>/tests/<slug:test>/attempts/", entrance.start, name="start"),
    path("courses/<slug:course>/<slug:lesson>/practice/", entrance.practice, name="practice"),
    path("attempts/<uuid:pk>/", entrance.attempt, name="attempt"),
    path("attempts/<uuid:pk>/answers/", answers.answers, name="answers"),
    path("attempts/<uuid:pk>/state/", answers.state, name="state"),
    path("attempts/<uuid:pk>/tab/", answers.tab, name="tab"),
    path("attempts/<uuid:pk>/q/<int:n>/", sitting.question, name="question"),
    path("attempts/<uuid:pk>/paper/", sitting.paper, name="paper"),
    path("attempts/<uuid:pk>/finish/", sitting.finish, name="finish"),
    path("attempts/<uuid:pk>/submission/", sitting.submission, name="submission"),
]
