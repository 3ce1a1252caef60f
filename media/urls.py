from django.urls import path

from . import views

app_name = "media"

urlpatterns = [
    path("audio/samples/<uuid:rendition>/<str:name>", views.sample, name="sample"),
    path("audio/<str:signed>/<str:name>", views.audio, name="audio"),
]
