"""Addresses of `exams`."""

from django.urls import URLPattern, path

from exams.views import practical_records, practicals

app_name = "exams"

practical: list[URLPattern] = [
    path("practical/", practicals.day_list, name="day_list"),
    path("practical/assign/", practicals.assign, name="assign"),
    path("practical/assign/<uuid:enrolment_id>/", practicals.assign_trainee, name="assign_trainee"),
    path("practical/records/", practical_records.records, name="records"),
    path("practical/records/<uuid:sign_off_id>/", practical_records.record, name="record"),
    path("practical/records/<uuid:sign_off_id>/acknowledge/", practical_records.acknowledge_record, name="acknowledge"),
    path("practical/records/<uuid:sign_off_id>/correct/", practical_records.correction, name="correct"),
    path("practical/<uuid:sitting_id>/", practicals.sitting, name="sitting"),
    path("practical/<uuid:sitting_id>/checklist/", practicals.checklist, name="checklist"),
    path("practical/<uuid:sitting_id>/observations/", practicals.observations, name="observations"),
    path("practical/<uuid:sitting_id>/summary/", practical_records.summary, name="summary"),
    path("practical/<uuid:sitting_id>/sign/", practical_records.sign, name="sign"),
    path("practical/<uuid:sitting_id>/signed/", practical_records.signed, name="signed"),
    path("practical/<uuid:sitting_id>/cancel/", practicals.cancel, name="cancel"),
]

urlpatterns: list[URLPattern] = [*practical]
