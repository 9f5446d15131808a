"""Addresses of `courses`."""

from courses.admission_urls import admission_urls

app_name = "courses"
urlpatterns = [
    *admission_urls,
]
