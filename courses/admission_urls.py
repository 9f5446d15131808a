"""Addresses of admission, part of `courses.urls`."""

from django.urls import path

from courses.views import admission, applications

admission_urls = [
    path("apply/<slug:code>/", applications.choose_pathway, name="apply"),
    path("apply/<slug:code>/check/", applications.check, name="apply_check"),
    path("apply/<slug:code>/<slug:pathway>/", applications.declare, name="apply_facts"),
    path("application/<uuid:application_id>/", applications.status, name="application"),
    path("application/<uuid:application_id>/withdraw/", applications.withdraw, name="application_withdraw"),
    path("admission/", admission.queue, name="admission_queue"),
    path("admission/<uuid:application_id>/", admission.decide, name="admission_decision"),
]
