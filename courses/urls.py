from django.urls import path

from . import views

app_name = "courses"

urlpatterns = [
    path("", views.home, name="home"),
    path("tracks/<slug:track>/", views.track, name="track"),
    path("search/", views.search_page, name="search"),
    path("covers/<str:name>", views.cover, name="cover"),
]
