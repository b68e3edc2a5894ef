"""The catalogue's public addresses."""

from django.urls import path

from standards.catalogue.pages import (
    applies,
    catalogue,
    criterion,
    drafts,
    edition,
    editions,
    imports,
    languages,
    mappings_file,
    needs,
    records,
    standards,
)
from standards.catalogue.pages.kinds import KINDS

EDITION = "catalogue/editions/<str:key>/"
EDITION_STEPS = {
    "publish": editions.catalogue_edition_publish,
    "withdraw": editions.catalogue_edition_withdraw,
    "days": editions.catalogue_edition_days,
    "edit": drafts.catalogue_edition_edit,
}
RECORD_STEPS = {
    "one": ("", records.one),
    "edit": ("edit/", records.edit),
    "publish": ("publish/", records.publish),
    "withdraw": ("withdraw/", records.withdraw),
}

urlpatterns = [
    path("standards/", standards.standards, name="standards"),
    path("standards/<str:key>/", edition.edition, name="edition"),
    path("standards/<str:key>/criteria.csv", edition.edition_csv, name="edition-csv"),
    path(
        "standards/<str:key>/since/<str:other>/",
        edition.edition_difference,
        name="edition-difference",
    ),
    path("standards/<str:key>/export/<str:format>/", edition.edition_export, name="edition-export"),
    path("standards/<str:key>/<str:ref>/", criterion.criterion, name="criterion"),
    path("needs/", needs.needs, name="needs"),
    path("needs/<str:key>/", needs.need, name="need"),
    path("applies/", applies.applies, name="applies"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/imports/", imports.catalogue_imports, name="catalogue-imports"),
    path("catalogue/imports/<uuid:pk>/", imports.catalogue_import, name="catalogue-import"),
    path(
        "catalogue/imports/<uuid:pk>/report/",
        imports.catalogue_import_report,
        name="catalogue-import-report",
    ),
    path(
        "catalogue/imports/template.<str:ending>",
        imports.catalogue_template,
        name="catalogue-template",
    ),
    path("catalogue/editions/new/", drafts.catalogue_edition_new, name="catalogue-edition-new"),
    path(EDITION, editions.catalogue_edition, name="catalogue-edition"),
    path(
        "catalogue/standards/<slug:key>/",
        catalogue.catalogue_standard,
        name="catalogue-standard",
    ),
    *[
        path(f"{EDITION}{step}/", view, name=f"catalogue-edition-{step}")
        for step, view in EDITION_STEPS.items()
    ],
    path(f"{EDITION}criteria/new/", drafts.catalogue_criterion_new, name="catalogue-criterion-new"),
    path(
        f"{EDITION}criteria/<str:ref>/edit/",
        drafts.catalogue_criterion_edit,
        name="catalogue-criterion-edit",
    ),
    *[
        path(
            f"{EDITION}criteria/<str:ref>/{to}/",
            drafts.catalogue_criterion_move,
            {"to": to},
            name=f"catalogue-criterion-{to}",
        )
        for to in ("up", "down", "out")
    ],
    path(
        "catalogue/languages/<str:key>/",
        languages.catalogue_languages,
        name="catalogue-languages",
    ),
    path(
        "catalogue/languages/<str:key>/<str:code>/",
        languages.catalogue_language,
        name="catalogue-language",
    ),
    path(
        "catalogue/languages/<str:key>/<str:code>/texts.xlsx",
        languages.catalogue_language_out,
        name="catalogue-language-out",
    ),
    path(
        "catalogue/languages/<str:key>/<str:code>/file/",
        languages.catalogue_language_in,
        name="catalogue-language-in",
    ),
    path(
        "catalogue/mappings/file/",
        mappings_file.catalogue_mappings_file,
        name="catalogue-mappings-file",
    ),
    path(
        "catalogue/mappings/all.csv",
        mappings_file.catalogue_mappings_csv,
        name="catalogue-mappings-csv",
    ),
    *[
        pattern
        for kind in KINDS
        for pattern in (
            path(f"catalogue/{kind}/", records.listing, {"kind": kind}, name=f"catalogue-{kind}"),
            path(
                f"catalogue/{kind}/new/", records.new, {"kind": kind}, name=f"catalogue-{kind}-new"
            ),
            path(
                f"catalogue/{kind}/sign/",
                records.sign,
                {"kind": kind},
                name=f"catalogue-{kind}-sign",
            ),
            *[
                path(
                    f"catalogue/{kind}/<str:key>/{tail}",
                    view,
                    {"kind": kind},
                    name=f"catalogue-{kind}-{step}",
                )
                for step, (tail, view) in RECORD_STEPS.items()
            ],
        )
    ],
]
