"""Addresses of `content`."""

from django.urls import path

from content import views

app_name = "content"
urlpatterns = [path("brand.css", views.brand_css, name="brand_css")]
