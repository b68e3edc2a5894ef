"""The register's credential_pages."""

from django.urls import path

from standards.registry.credentials import pages as credential_pages
from standards.registry.pages import (
    certificate,
    certificate_files,
    compare,
    declaration_paper,
    jsonld,
    market_coverage,
    solution,
    solutions,
    verify,
)

urlpatterns = [
    path("solutions/", solutions.solutions, name="solutions"),
    path("solutions/compare/", compare.compare, name="compare"),
    path("solutions/<uuid:pk>/", solution.solution, name="solution"),
    path("solutions/<uuid:pk>.jsonld", jsonld.solution_linked, name="solution-linked"),
    path(
        "certificates/<number:number>.pdf",
        certificate_files.certificate_paper,
        name="certificate-paper",
    ),
    path(
        "badges/<number:number>.svg", certificate_files.certificate_badge, name="certificate-badge"
    ),
    path("certificates/<number:number>/", certificate.certificate, name="certificate"),
    path("credentials/context/v1.jsonld", credential_pages.context, name="credential-context"),
    path("credentials/status/<int:number>.json", credential_pages.status_list, name="status-list"),
    path("credentials/<number:number>.json", credential_pages.credential, name="credential"),
    path(
        "credentials/<number:number>.jwt",
        credential_pages.credential_token,
        name="credential-token",
    ),
    path(
        "declarations/<number:number>.json",
        credential_pages.declaration_credential,
        name="declaration-credential",
    ),
    path(
        "declarations/<number:number>.pdf",
        declaration_paper.declaration_paper,
        name="declaration-paper",
    ),
    path(".well-known/did.json", credential_pages.did_document, name="did-document"),
    path(
        "certificates/<number:number>/proof/",
        certificate.certificate_proof,
        name="certificate-proof",
    ),
    path("market/", market_coverage.market, name="market"),
    path("market.csv", market_coverage.market_csv, name="market-csv"),
    path("verify/", verify.verify, name="verify"),
]
