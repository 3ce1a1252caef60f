from django.urls import path

from . import views

app_name = "jobs"

urlpatterns = [
    path("jobs/<uuid:pk>/progress/", views.progress, name="progress"),
    path("jobs/<uuid:pk>/cancellation/", views.cancellation, name="cancellation"),
    path("jobs/<uuid:pk>/attempt/", views.attempt, name="attempt"),
]
