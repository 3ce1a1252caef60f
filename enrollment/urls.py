from django.urls import path

from . import views

app_name = "enrollment"

urlpatterns = [
    path("courses/<slug:course>/join/", views.join, name="join"),
    path("courses/<slug:course>/enrollment/", views.enrollment, name="enrollment"),
    path("courses/<slug:course>/enrollment/departure/", views.departure, name="departure"),
]
