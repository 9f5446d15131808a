"""Addresses of the start pages, and of the pages for those who run the site."""

from django.urls import path

from lms.dashboard.views import audit, health, home, jobs, proposals, reviews, styleguide

app_name = "dashboard"
urlpatterns = [
    path("home/", home.home, name="home"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<uuid:job_id>/retry/", jobs.retry_job, name="job_retry"),
    path("audit/", audit.event_list, name="audit"),
    path("reviews/", reviews.board, name="reviews"),
    path("decisions/", proposals.proposals, name="proposals"),
    path("decisions/<uuid:proposal_id>/", proposals.proposal, name="proposal"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("live", health.live, name="live"),
    path("ready", health.ready, name="ready"),
    path("robots.txt", health.robots, name="robots"),
]
