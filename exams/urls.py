"""Addresses of `exams`."""

from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from exams.views import (
    accommodations,
    analyses,
    answers,
    appeals,
    attempt_list,
    attempts,
    authoring,
    bank,
    blueprints,
    console,
    docket,
    evidence,
    exam_sessions,
    form_uses,
    forms,
    gradebook,
    item_desk,
    item_exports,
    item_figures,
    item_imports,
    item_reviews,
    judging,
    judging_whole,
    key_changes,
    marking,
    marking_progress,
    mocks,
    panel_records,
    panels,
    policies,
    practical_records,
    practicals,
    practicum,
    pulse,
    releases,
    result_report,
    results,
    safe_browser,
    starting,
    station_cuts,
    studies,
    tutorial,
    watched,
    year_report,
)

app_name = "exams"

written: list[URLPattern] = [
    path("exam/<slug:code>/", starting.start, name="start"),
    path("exam/<slug:code>/seat.ics", starting.seat_calendar, name="seat_calendar"),
    path("exam/<slug:code>/tutorial/", tutorial.room, name="tutorial_room"),
    path("exam/<slug:code>/tutorial/items", tutorial.items, name="tutorial_items"),
    path("exam/<slug:code>/tutorial/save", tutorial.save_answers, name="tutorial_save"),
    path("exam/<slug:code>/tutorial/flag", tutorial.flag, name="tutorial_flag"),
    path("exam/<slug:code>/tutorial/review", tutorial.review, name="tutorial_review"),
    path("exam/<slug:code>/tutorial/submit", tutorial.submit, name="tutorial_submit"),
    path("attempts/", attempt_list.attempt_list, name="attempts"),
    path("attempts/<uuid:attempt_id>/", attempts.room, name="room"),
    path("attempts/<uuid:attempt_id>/items", attempts.items, name="items"),
    path("attempts/<uuid:attempt_id>/figures/<int:number>", attempts.figure, name="figure"),
    path("attempts/<uuid:attempt_id>/save", answers.save_answers, name="save"),
    path("attempts/<uuid:attempt_id>/flag", answers.flag, name="flag"),
    path("attempts/<uuid:attempt_id>/pulse", pulse.pulse, name="pulse"),
    path("attempts/<uuid:attempt_id>/claim", attempts.claim, name="claim"),
    path("attempts/<uuid:attempt_id>/review", results.review, name="review"),
    path("attempts/<uuid:attempt_id>/submit", results.submit, name="submit"),
    path("attempts/<uuid:attempt_id>/result", results.result, name="result"),
]

mock_exams: list[URLPattern] = [
    path("exam/<slug:code>/mock/", mocks.start, name="mock_start"),
    path("mock-exams/<uuid:mock_id>/", mocks.room, name="mock_room"),
    path("mock-exams/<uuid:mock_id>/items", mocks.items, name="mock_items"),
    path("mock-exams/<uuid:mock_id>/save", mocks.save_answers, name="mock_save"),
    path("mock-exams/<uuid:mock_id>/flag", mocks.flag, name="mock_flag"),
    path("mock-exams/<uuid:mock_id>/claim", mocks.claim, name="mock_claim"),
    path("mock-exams/<uuid:mock_id>/review", mocks.review, name="mock_review"),
    path("mock-exams/<uuid:mock_id>/submit", mocks.submit, name="mock_submit"),
    path("mock-exams/<uuid:mock_id>/result", mocks.result, name="mock_result"),
]

outcomes: list[URLPattern] = [
    path("results/", result_report.report, name="results"),
    path("gradebook/", gradebook.gradebook, name="gradebook"),
    path("gradebook/people.csv", gradebook.gradebook_csv, name="gradebook_csv"),
    path("gradebook/people.xlsx", gradebook.gradebook_xlsx, name="gradebook_xlsx"),
    path("results/by-year/", year_report.by_year, name="by_year"),
    path("results/by-year/<slug:code>.csv", year_report.by_year_csv, name="by_year_csv"),
    path("results/evidence/", evidence.packs, name="evidence"),
    path("results/evidence/<uuid:pack_id>/pack.zip", evidence.download, name="evidence_file"),
    path("results/waiting/", releases.waiting, name="results_waiting"),
    path("results/waiting/act/", releases.act, name="results_act"),
    path("results/batches/<uuid:proposal_id>/", releases.batch, name="release_batch"),
    path("attempts/<uuid:attempt_id>/report.pdf", results.report_pdf, name="report_pdf"),
    path("attempts/<uuid:attempt_id>/appeal/", appeals.open_appeal, name="appeal_open"),
    path("appeals/<uuid:appeal_id>/", appeals.appeal, name="appeal"),
    path("appeals/<uuid:appeal_id>/withdraw/", appeals.withdraw, name="appeal_withdraw"),
    path("appeals/docket/", docket.docket, name="docket"),
    path("appeals/docket/<uuid:appeal_id>/", docket.appeal, name="docket_appeal"),
    path("appeals/docket/<uuid:appeal_id>/assign/", docket.assign, name="appeal_assign"),
    path("appeals/docket/<uuid:appeal_id>/take-over/", docket.take_over, name="appeal_take_over"),
    path("appeals/docket/<uuid:appeal_id>/decide/", docket.decide, name="appeal_decide"),
    path("bank/<str:code>/versions/<int:number>/key/", key_changes.key_change, name="key_change"),
    path("key-changes/<uuid:proposal_id>/", key_changes.effects, name="key_change_effects"),
]

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

log: list[URLPattern] = [
    path("practicum/", practicum.own_log, name="practicum"),
    path("practicum/<uuid:enrolment_id>/add/", practicum.add_session, name="practicum_add"),
    path("practicum/sessions/<uuid:entry_id>/withdraw/", practicum.withdraw, name="practicum_withdraw"),
    path("practicum/to-confirm/", practicum.to_confirm, name="practicum_to_confirm"),
    path("practicum/<uuid:enrolment_id>/", practicum.log, name="practicum_log"),
]

supervised: list[URLPattern] = [
    path("exam-sessions/", exam_sessions.exam_sessions, name="exam_sessions"),
    path("exam-sessions/plan/", exam_sessions.plan, name="exam_session_plan"),
    path("exam-sessions/exams/<slug:code>/supervision/", exam_sessions.supervision, name="exam_supervision"),
    path("exam-sessions/<uuid:session_id>/", exam_sessions.exam_session, name="exam_session"),
    path("exam-sessions/<uuid:session_id>/change/", exam_sessions.change, name="exam_session_change"),
    path("invigilation/", console.own_sessions, name="invigilation"),
    path("invigilation/<uuid:session_id>/", console.console, name="console"),
    path("invigilation/<uuid:session_id>/rows", console.rows, name="console_rows"),
    path("invigilation/attempts/<uuid:attempt_id>/", watched.watched_attempt, name="watched_attempt"),
]

items: list[URLPattern] = [
    path("bank/", bank.overview, name="bank"),
    path("bank/<str:code>/", bank.item, name="bank_item"),
    path("bank/<str:code>/figure", bank.item_figure, name="bank_figure"),
    path("bank/<str:code>/review", bank.review, name="item_review"),
]

markers: list[URLPattern] = [
    path("marking/", marking.desk, name="marking"),
    path("marking/take", marking.take, name="marking_take"),
    path("marking/progress/", marking_progress.marking_progress, name="marking_progress"),
    path("marking/progress/<slug:code>/", marking_progress.marking_settings, name="marking_settings"),
    path("marking/<uuid:task_id>/", marking.task, name="marking_task"),
    path("marking/<uuid:task_id>/mark", marking.mark_task, name="marking_mark"),
    path("marking/<uuid:task_id>/figure", marking.task_figure, name="marking_figure"),
    path("marking/<uuid:task_id>/put-back", marking.put_back, name="marking_put_back"),
]

writing: list[URLPattern] = [
    path("items/new/", authoring.choose_kind, name="item_kinds"),
    path("items/new/<slug:kind>/", authoring.new_item, name="item_new"),
    path("items/preview/<slug:kind>/", authoring.preview, name="item_preview"),
    path("items/figures/<str:note>/", item_figures.kept_figure, name="item_kept_figure"),
    path("items/export/", item_exports.export, name="item_export"),
    path("items/import/", item_imports.imports, name="item_imports"),
    path("items/import/<uuid:import_id>/", item_imports.item_import, name="item_import"),
    path("items/import/<uuid:import_id>/state", item_imports.import_state, name="item_import_state"),
    path("items/import/<uuid:import_id>/confirm", item_imports.import_confirm, name="item_import_confirm"),
    path("items/import/<uuid:import_id>/discard", item_imports.import_discard, name="item_import_discard"),
    path("items/reviews/", item_reviews.queue, name="item_reviews"),
    path("items/enemies/", item_desk.enemies, name="item_enemies"),
    path("items/sets/", item_desk.sets, name="item_sets"),
    # Above the addresses of an item's forms: whoever opens one of them by itself is led to the item.
    re_path(r"^items/(?P<code>[A-Z]\w*-\w+)/$", RedirectView.as_view(pattern_name="exams:bank_item"), name="item"),
    path("items/<str:code>/revise/", authoring.revise, name="item_revise"),
    path("items/<str:code>/ask/", item_desk.ask_author, name="item_ask"),
    path("items/<str:code>/retire/", item_desk.retire, name="item_retire"),
    path("items/<str:code>/compare/", item_desk.compare, name="item_compare"),
    path("items/<str:code>/history/", item_desk.history, name="item_history"),
    path("items/<str:code>/<int:number>/edit/", authoring.edit, name="item_edit"),
    path("items/<str:code>/<int:number>/step/", authoring.step, name="item_step"),
    path("items/<str:code>/<int:number>/reviewers/", item_desk.assign, name="item_assign"),
    path("items/<str:code>/<int:number>/review/", item_reviews.review_page, name="item_review_page"),
    path("items/<str:code>/<int:number>/answer/", item_reviews.answer, name="item_answer"),
    path("items/<str:code>/<int:number>/verdict/", item_reviews.verdict, name="item_verdict"),
    path("items/<str:code>/<int:number>/comments/", item_reviews.comment, name="item_comment"),
    path("items/<str:code>/<int:number>/comments/<int:comment_id>/resolve/", item_reviews.resolve, name="item_resolve"),
]


access: list[URLPattern] = [
    path("exam/<slug:code>/browser", safe_browser.prove, name="prove_browser"),
    path("exam-settings/<str:ticket>.seb", safe_browser.seb_settings, name="seb_settings"),
    path("exam-settings/", policies.policies, name="policies"),
    path("exam-settings/<slug:code>/", policies.policy, name="policy"),
    path("accommodations/", accommodations.accommodations, name="accommodations"),
    path("accommodations/<uuid:public_id>/", accommodations.accommodations_of, name="accommodations_of"),
    path("attempts/<uuid:attempt_id>/time", accommodations.more_time, name="more_time"),
]

assembly: list[URLPattern] = [
    path("forms/", forms.form_list, name="forms"),
    path("forms/<int:form_id>/", forms.form_page, name="form"),
    path("forms/<int:form_id>/swap", forms.swap, name="form_swap"),
    path("forms/<int:form_id>/move", forms.move, name="form_move"),
    path("forms/<int:form_id>/remake", forms.remake, name="form_remake"),
    path("forms/<int:form_id>/analysis/", analyses.analyses, name="analyses"),
    path("forms/<int:form_id>/analyse", analyses.analyse, name="analyse"),
    path("forms/<int:form_id>/analysis/<uuid:analysis_id>/", analyses.analysis, name="analysis"),
    path("forms/<int:form_id>/analysis/<uuid:analysis_id>/analysis.pdf", analyses.analysis_pdf, name="analysis_pdf"),
    path("forms/<int:form_id>/analysis/<uuid:analysis_id>/analysis.xlsx", analyses.analysis_xlsx, name="analysis_xlsx"),
    path("forms/<int:form_id>/analysis/<uuid:analysis_id>/items.csv", analyses.analysis_csv, name="analysis_csv"),
    path(
        "forms/<int:form_id>/analysis/<uuid:analysis_id>/<int:position>/", analyses.analysed_item, name="analysed_item"
    ),
    path("forms/blueprints/<slug:code>/", blueprints.blueprint_page, name="blueprint"),
    path("forms/blueprints/<slug:code>/assemble", blueprints.assemble, name="assemble"),
    path("forms/exams/<slug:code>/", form_uses.exam_forms, name="exam_forms"),
    path("forms/exams/<slug:code>/use", form_uses.use, name="form_use"),
]

measured: list[URLPattern] = [
    path("forms/exams/<slug:code>/studies/", studies.studies, name="studies"),
    path("forms/exams/<slug:code>/studies/<slug:kind>", studies.ask, name="study_ask"),
    path("studies/requests/<uuid:request_id>/", studies.study_request, name="study_request"),
    path("studies/requests/<uuid:request_id>/state", studies.study_state, name="study_state"),
    path("studies/requests/<uuid:request_id>/stop", studies.study_stop, name="study_stop"),
    path("studies/<uuid:study_id>/", studies.study, name="study"),
    path("studies/<uuid:study_id>/table.csv", studies.study_csv, name="study_csv"),
    path("studies/<uuid:study_id>/groups/<slug:group>/", studies.study_comparison, name="study_comparison"),
    path("studies/<uuid:study_id>/groups/<slug:group>.csv", studies.study_comparison_csv, name="study_comparison_csv"),
]

cut: list[URLPattern] = [
    path("practicals/cuts/", station_cuts.rubrics, name="station_cuts"),
    path("practicals/cuts/<slug:code>/<int:number>/<str:station>/", station_cuts.station_cut, name="station_cut"),
    path("forms/<int:form_id>/panels/", panels.form_panels, name="form_panels"),
    path("panels/<uuid:panel_id>/", panels.panel, name="panel"),
    path("panels/<uuid:panel_id>/rows", panels.panel_rows, name="panel_rows"),
    path("panels/<uuid:panel_id>/judges", panels.panel_judge, name="panel_judge"),
    path("panels/<uuid:panel_id>/open", panels.panel_open, name="panel_open"),
    path("panels/<uuid:panel_id>/close", panels.panel_close, name="panel_close"),
    path("panels/<uuid:panel_id>/adopt", panels.panel_adopt, name="panel_adopt"),
    path("panels/<uuid:panel_id>/record/", panel_records.panel_record, name="panel_record"),
    path("panels/<uuid:panel_id>/record.csv", panel_records.panel_record_csv, name="panel_record_csv"),
    path("panels/<uuid:panel_id>/rounds/<int:number>/", judging.panel_round, name="panel_round"),
    path("judging/", judging.own_panels, name="own_panels"),
    path("judging/<uuid:panel_id>/", judging.judging, name="judging"),
    path("judging/<uuid:panel_id>/percents/", judging_whole.judge_figures, name="judge_figures"),
    path("judging/<uuid:panel_id>/<int:place>/", judging.judge_item, name="judge_item"),
    path("judging/<uuid:panel_id>/<int:place>/figure", judging.judge_figure, name="judge_figure"),
]

urlpatterns: list[URLPattern] = [
    *written,
    *mock_exams,
    *outcomes,
    *access,
    *supervised,
    *items,
    *writing,
    *assembly,
    *measured,
    *cut,
    *markers,
    *practical,
    *log,
]
