from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("", views.profile, name="profile"),
    path("preference/", views.preference, name="preference"),
    path("tokens/", views.token_list, name="tokens"),
    path("tokens/<str:key>/revocation/", views.token_revocation, name="token_revocation"),
    path("sessions/<int:pk>/end/", views.session_end, name="session_end"),
    path("check-mail/", views.check_mail, name="check_mail"),
]
