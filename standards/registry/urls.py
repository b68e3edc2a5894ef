"""The register's pages."""

from django.urls import path

from standards.registry import certificates, credentials, glance, keepsakes, verify, views

urlpatterns = [
    path("solutions/", views.solutions, name="solutions"),
    path("solutions/compare/", views.compare, name="compare"),
    path("solutions/<uuid:pk>/", views.solution, name="solution"),
    path("solutions/<uuid:pk>.jsonld", views.solution_linked, name="solution-linked"),
    path("certificates/<number:number>.pdf", keepsakes.certificate_paper, name="certificate-paper"),
    path("badges/<number:number>.svg", keepsakes.certificate_badge, name="certificate-badge"),
    path("certificates/<number:number>/", certificates.certificate, name="certificate"),
    path("credentials/context/v1.jsonld", credentials.context, name="credential-context"),
    path("credentials/status/<int:number>.json", credentials.status_list, name="status-list"),
    path("credentials/<number:number>.json", credentials.credential, name="credential"),
    path("credentials/<number:number>.jwt", credentials.credential_token, name="credential-token"),
    path(
        "declarations/<number:number>.json",
        credentials.declaration_credential,
        name="declaration-credential",
    ),
    path(".well-known/did.json", credentials.did_document, name="did-document"),
    path(
        "certificates/<number:number>/proof/",
        certificates.certificate_proof,
        name="certificate-proof",
    ),
    path("market/", glance.market, name="market"),
    path("market.csv", glance.market_csv, name="market-csv"),
    path("verify/", verify.verify, name="verify"),
]
