"""Addresses of `exams`."""

from django.urls import URLPattern, path

from exams.views import answers, attempts, results

app_name = "exams"

written: list[URLPattern] = [
    path("exam/<slug:code>/", attempts.start, name="start"),
    path("attempts/<uuid:attempt_id>/", attempts.room, name="room"),
    path("attempts/<uuid:attempt_id>/items", attempts.items, name="items"),
    path("attempts/<uuid:attempt_id>/save", answers.save_answers, name="save"),
    path("attempts/<uuid:attempt_id>/flag", answers.flag, name="flag"),
    path("attempts/<uuid:attempt_id>/claim", attempts.claim, name="claim"),
    path("attempts/<uuid:attempt_id>/review", results.review, name="review"),
    path("attempts/<uuid:attempt_id>/submit", results.submit, name="submit"),
    path("attempts/<uuid:attempt_id>/result", results.result, name="result"),
]

urlpatterns: list[URLPattern] = [*written]
