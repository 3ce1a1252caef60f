from django.urls import path

from . import views

app_name = "lessons"

urlpatterns = [
    path("feeds/covers/<slug:course>/<slug:digest>.png", views.cover, name="feed-cover"),
    path("feeds/<str:token>.xml", views.feed, name="feed"),
    path("feeds/<str:token>/<int:audio>.m4a", views.enclosure, {"extension": "m4a"}, name="enclosure-m4a"),
    path("feeds/<str:token>/<int:audio>.mp3", views.enclosure, {"extension": "mp3"}, name="enclosure-mp3"),
    path("feeds/<str:token>/<int:audio>.vtt", views.captions, name="captions"),
    path("feeds/<str:token>/<int:audio>.json", views.chapters, name="chapters"),
]
