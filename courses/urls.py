"""Addresses of `courses`. The pages of a course have addresses of their own in the page tree."""

from django.urls import path

from courses.admission_urls import admission_urls
from courses.seminar_urls import seminar_urls
from courses.views import lessons, practice, reference, reviews

app_name = "courses"
urlpatterns = [
    path("lessons/<slug:code>/complete/", lessons.complete, name="complete_lesson"),
    path("lessons/<slug:code>/reopen/", lessons.reopen, name="reopen_lesson"),
    path("lessons/<slug:code>/opened/", lessons.opened, name="lesson_opened"),
    path("lessons/<slug:code>/questions/<uuid:block>/", lessons.check_question, name="check_question"),
    path("course-files/<slug:digest>/", lessons.file, name="file"),
    path("reviews/lessons/<int:lesson_id>/start/", reviews.start, name="start_review"),
    path("practice/<slug:code>/", practice.home, name="practice"),
    path("practice/runs/<uuid:run_id>/<int:number>/", practice.question, name="practice_question"),
    path("practice/runs/<uuid:run_id>/finish/", practice.finish, name="practice_finish"),
    path("practice/runs/<uuid:run_id>/result/", practice.result, name="practice_result"),
    path("glossary/", reference.glossary_page, name="glossary"),
    path("bibliography/", reference.bibliography_page, name="bibliography"),
    path("search/", reference.search_page, name="search"),
    *admission_urls,
    *seminar_urls,
]
