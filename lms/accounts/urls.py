"""Addresses of the own account; log-in, passwords and factors are django-allauth's."""

from django.urls import path

from lms.accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/details/", views.details, name="details"),
    path("account/session/", views.session, name="session"),
    path("people/", views.people, name="people"),
    path("people/<uuid:public_id>/", views.roles_of, name="roles_of"),
]
