"""Addresses of the start pages."""

from django.urls import path

from lms.dashboard import views

app_name = "dashboard"
urlpatterns = [path("home/", views.home, name="home")]
