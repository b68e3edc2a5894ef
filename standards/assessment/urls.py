"""The addresses of a provider's work and of the centre's holds."""

from django.urls import path

from standards.assessment.pages import (
    access,
    answer,
    answer_sheet,
    assess,
    assessments,
    declarations,
    declare,
    evidence,
    facts,
    holds,
    releases,
    report,
    reuse,
    rule_trial,
    solutions,
)

urlpatterns = [
    path("assessments/", assessments.assessments, name="assessments"),
    path("solutions/new/", solutions.solution_new_for, name="solution-new"),
    path("solutions/new/<uuid:pk>/", solutions.solution_new, name="solution-new"),
    path("solutions/<uuid:pk>/edit/", solutions.solution_edit, name="solution-edit"),
    path("solutions/<uuid:pk>/withdraw/", solutions.solution_withdraw, name="solution-withdraw"),
    path("solutions/<uuid:pk>/releases/new/", releases.release_new, name="release-new"),
    path("releases/<uuid:pk>/", releases.release, name="release"),
    path("releases/<uuid:pk>/facts/", facts.release_facts, name="release-facts"),
    path(
        "releases/<uuid:pk>/facts/<str:group>/",
        facts.release_facts_group,
        name="release-facts-group",
    ),
    path("releases/<uuid:pk>/applies/", facts.release_applies, name="release-applies"),
    path("releases/<uuid:pk>/assess/", assess.release_assess, name="release-assess"),
    path(
        "releases/<uuid:pk>/note-change/", releases.release_note_change, name="release-note-change"
    ),
    path(
        "releases/<uuid:pk>/make-current/",
        releases.release_make_current,
        name="release-make-current",
    ),
    path("holds/", holds.held, name="held"),
    path("holds/<uuid:pk>/", holds.hold, name="hold"),
    path("releases/<uuid:pk>/clear/", holds.release_clear, name="release-clear"),
    path("releases/<uuid:pk>/refuse/", holds.release_refuse, name="release-refuse"),
    path("assessments/<uuid:pk>/", answer_sheet.assessment, name="assessment"),
    path("assessments/<uuid:pk>/add/", assess.assessment_add, name="assessment-add"),
    path("assessments/<uuid:pk>/declare/", declare.assessment_declare, name="declare"),
    path("assessments/<uuid:pk>/gaps.csv", answer_sheet.gaps, name="assessment-gaps"),
    path("assessments/<uuid:pk>/report/", report.assessment_report, name="assessment-report"),
    path(
        "assessments/<uuid:pk>/report.yaml",
        report.assessment_report_file,
        name="assessment-report-file",
    ),
    path("assessments/<uuid:pk>/answers/<int:number>/", answer.answer, name="answer"),
    path("assessments/<uuid:pk>/<str:domain>/", answer_sheet.sheet, name="assessment-sheet"),
    path("evidence/", evidence.evidence_list, name="evidence-list"),
    path("evidence/<uuid:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<uuid:pk>/file/", evidence.evidence_file, name="evidence-file"),
    path("evidence/<uuid:pk>/share/", evidence.evidence_share, name="evidence-share"),
    path("evidence/<uuid:pk>/remove/", evidence.evidence_remove, name="evidence-remove"),
    path("access/", access.access_requests, name="access-requests"),
    path("access/<uuid:pk>/", access.access_request, name="access-request"),
    path("access/<uuid:pk>/grant/", access.access_grant, name="access-grant"),
    path("access/<uuid:pk>/refuse/", access.access_refuse, name="access-refuse"),
    path("access/<uuid:pk>/accept/", access.access_accept, name="access-accept"),
    path("access/<uuid:pk>/end/", access.access_end, name="access-end"),
    path("access/<uuid:pk>/renew/", access.access_renew, name="access-renew"),
    path("access/terms/<uuid:pk>/", access.access_terms, name="access-terms"),
    path("declarations/<number:number>/ask/", access.access_ask_for, name="access-ask-for"),
    path("declarations/<number:number>/ask/<uuid:pk>/", access.access_ask, name="access-ask"),
    path("declarations/<number:number>/", declarations.declaration, name="declaration"),
    path(
        "declarations/<number:number>/withdraw/",
        declarations.declaration_withdraw,
        name="declaration-withdraw",
    ),
    path(
        "assessments/<uuid:pk>/move/<str:key>/", assessments.assessment_move, name="assessment-move"
    ),
    path("releases/<uuid:pk>/reuse/", reuse.release_reuse, name="release-reuse"),
    path(
        "releases/<uuid:pk>/reuse/<str:key>/",
        reuse.release_reuse_edition,
        name="release-reuse-edition",
    ),
    path("catalogue/rules/<str:key>/try/", rule_trial.rule_try, name="rule-try"),
]
