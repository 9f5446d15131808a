"""Addresses of seminars, part of `courses.urls`."""

from django.urls import path

from courses.views import seminar_plans, seminars, teaching

seminar_urls = [
    path("seminars/", seminars.offers, name="seminars"),
    path("seminars/<uuid:seminar_id>/", seminars.seminar, name="seminar"),
    path("seminars/<uuid:seminar_id>/calendar.ics", seminars.calendar, name="seminar_calendar"),
    path("seminars/<uuid:seminar_id>/proof.pdf", seminars.proof, name="seminar_proof"),
    path("attend/<str:code>/", seminars.attend, name="attend"),
    path("teaching/", teaching.taught, name="teaching"),
    path("teaching/<uuid:seminar_id>/", teaching.seminar, name="teaching_seminar"),
    path("teaching/sessions/<uuid:session_id>/", teaching.attendance, name="attendance"),
    path("teaching/sessions/<uuid:session_id>/code/", teaching.code, name="attendance_code"),
    path("seminar-plans/", seminar_plans.plans, name="seminar_plans"),
    path("seminar-plans/new/", seminar_plans.new, name="seminar_new"),
    path("seminar-plans/<uuid:seminar_id>/", seminar_plans.plan, name="seminar_plan"),
    path("seminar-plans/<uuid:seminar_id>/change/", seminar_plans.change, name="seminar_change"),
]
