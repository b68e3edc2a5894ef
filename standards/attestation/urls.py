from django.urls import path

from standards.attestation.pages import (
    accreditations,
    applications,
    body_desk,
    certificates,
    corrections,
    engagements,
    external,
    findings,
    ratings,
    requests,
)

ENGAGEMENT_STEPS = {
    "accept": engagements.engagement_accept,
    "decline": engagements.engagement_decline,
    "cancel": engagements.engagement_cancel,
    "examine": engagements.engagement_examine,
    "await-corrections": engagements.engagement_await_corrections,
    "resume": engagements.engagement_resume,
    "sample": engagements.engagement_sample,
    "ask-rating": ratings.engagement_ask_rating,
    "drop-rating": ratings.engagement_drop_rating,
    "scores": ratings.engagement_scores,
    "hand-in": ratings.engagement_hand_in,
    "reschedule": engagements.engagement_reschedule,
    "ready": engagements.engagement_ready,
    "reopen": engagements.engagement_reopen,
    "decide": engagements.engagement_decide,
}
CORRECTION_STEPS = {
    "answer": corrections.correction_answer,
    "accept": corrections.correction_accept,
    "return": corrections.correction_return,
    "close": corrections.correction_close,
}

urlpatterns = [
    path("auditors/", accreditations.auditors, name="auditors"),
    path("accreditations/", accreditations.accreditations, name="accreditations"),
    path("accreditations/grant/", accreditations.accreditation_grant, name="accreditation-grant"),
    path("accreditations/applications/", applications.applications, name="applications"),
    path("accreditations/applications/<uuid:pk>/", applications.application, name="application"),
    path(
        "accreditations/applications/<uuid:pk>/report/",
        applications.application_report,
        name="application-report",
    ),
    *[
        path(
            f"accreditations/applications/<uuid:pk>/{step}/",
            applications.application_step,
            {"step": step},
            name=f"application-{step}",
        )
        for step in applications.STEPS
    ],
    path("bodies/<uuid:pk>/apply/", applications.application_new, name="application-new"),
    path("accreditations/<uuid:pk>/", accreditations.accreditation, name="accreditation"),
    *[
        path(
            f"accreditations/<uuid:pk>/{verb}/",
            accreditations.accreditation_step,
            {"verb": verb},
            name=f"accreditation-{verb}",
        )
        for verb in accreditations.STEPS
    ],
    path(
        "declarations/<number:number>/examine/",
        requests.engagement_request,
        name="engagement-request",
    ),
    path("bodies/<uuid:pk>/", body_desk.desk, name="body-desk"),
    path("bodies/<uuid:pk>/terms/", body_desk.body_terms, name="body-terms"),
    path("bodies/<uuid:pk>/due.ics", body_desk.desk_calendar, name="body-calendar"),
    path("bodies/<uuid:pk>/due.csv", body_desk.desk_csv, name="body-days"),
    path("engagements/", engagements.engagements, name="engagements"),
    path("engagements/<uuid:pk>/", engagements.engagement, name="engagement"),
    *[
        path(
            f"engagements/<uuid:pk>/report.{format}",
            engagements.engagement_report,
            {"format": format},
            name=f"engagement-report-{format}",
        )
        for format in engagements.FORMATS
    ],
    path("engagements/<uuid:pk>/findings/", findings.findings, name="findings"),
    path("engagements/<uuid:pk>/findings/rows/", findings.findings_part, name="findings-part"),
    path("engagements/<uuid:pk>/findings/<int:number>/", findings.finding, name="finding"),
    path(
        "engagements/<uuid:pk>/samples/<int:number>/drop/",
        engagements.sample_drop,
        name="sample-drop",
    ),
    path("engagements/<uuid:pk>/corrections/", corrections.corrections, name="corrections"),
    *[
        path(f"engagements/<uuid:pk>/{step}/", page, name=f"engagement-{step}")
        for step, page in ENGAGEMENT_STEPS.items()
    ],
    *[
        path(f"corrections/<uuid:pk>/{step}/", page, name=f"correction-{step}")
        for step, page in CORRECTION_STEPS.items()
    ],
    path("external-certificates/", external.external_certificates, name="external-certificates"),
    path(
        "external-certificates/<number:number>/",
        external.external_certificate,
        name="external-certificate",
    ),
    *[
        path(
            f"external-certificates/<number:number>/{step}/",
            external.external_step,
            {"step": step},
            name=f"external-{step}",
        )
        for step in external.STEPS
    ],
    path("releases/<uuid:pk>/external/", external.external_file, name="external-file"),
    path(
        "releases/<uuid:pk>/external/<str:scheme>/",
        external.external_file_of,
        name="external-file-of",
    ),
    *[
        path(
            f"certificates/<number:number>/{step}/",
            certificates.certificate_step,
            {"step": step},
            name=f"certificate-{step}",
        )
        for step in certificates.STEPS
    ],
]
