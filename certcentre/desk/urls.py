from django.conf import settings
from django.urls import path, re_path

from certcentre.desk import (
    appearance,
    draw_pages,
    edition_impact,
    figures_page,
    follow_pages,
    gallery,
    health,
    help,
    home,
    inbox,
    log_pages,
    paper_templates,
    searching,
    security_txt,
    telling_page,
)
from certcentre.desk.cases import appeal_pages
from certcentre.desk.cases import pages as case_pages
from certcentre.desk.open_data import crawling, feeds, pages

CASE = "cases/<number:number>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", searching.search, name="search"),
    path("work/", home.work, name="work"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.inbox_open, name="inbox-open"),
    path("inbox/read/", inbox.inbox_read, name="inbox-read"),
    path("inbox/telling/", telling_page.telling, name="telling"),
    path("follows/", follow_pages.follows, name="follows"),
    path("follows/begin/", follow_pages.follow_begin, name="follow-begin"),
    path("follows/<int:pk>/stop/", follow_pages.follow_stop, name="follow-stop"),
    path("follows/end/<str:token>/", follow_pages.follow_end, name="follow-end"),
    path("mails/end/<str:token>/", telling_page.digest_end, name="digest-end"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(".well-known/security.txt", security_txt.security_txt, name="security-txt"),
    path("robots.txt", crawling.robots, name="robots"),
    path("sitemap.xml", crawling.sitemap, name="sitemap"),
    path("sitemaps/<slug:kind>-<int:part>.xml", crawling.sitemap_part, name="sitemap-part"),
    path("feeds/matching.atom", feeds.matching_feed, name="matching-feed"),
    path("feeds/<slug:name>.atom", feeds.feed, name="feed"),
    path("feeds/solutions/<uuid:pk>.atom", feeds.solution_feed, name="solution-feed"),
    path("feeds/auditors/<uuid:pk>.atom", feeds.body_feed, name="body-feed"),
    path("data/", pages.data, name="data"),
    path("data/<slug:name>.schema.json", pages.data_schema, name="data-schema"),
    path("data/<slug:name>.md", pages.data_readme, name="data-readme"),
    path("data/catalogue.jsonld", pages.data_catalogue, name="data-catalogue"),
    re_path(r"^data/(?P<name>[^/]+\.[a-z]+)\Z", pages.data_file, name="data-newest"),
    path("data/<slug:stamp>/<str:name>", pages.data_file, name="data-file"),
    path("concerns/new/", case_pages.concern_new, name="concern-new"),
    path("cases/", case_pages.cases, name="cases"),
    path(CASE, case_pages.case, name="case"),
    path(f"{CASE}acknowledge/", case_pages.case_acknowledge, name="case-acknowledge"),
    path(f"{CASE}ask/", case_pages.case_ask, name="case-ask"),
    path("appeals/<slug:kind>/<str:key>/", appeal_pages.appeal_new, name="appeal-new"),
    path(f"{CASE}report.pdf", appeal_pages.case_report, name="case-report"),
    path(f"{CASE}empanel/", appeal_pages.case_empanel, name="case-empanel"),
    path(f"{CASE}examine/", case_pages.case_examine, name="case-examine"),
    path(f"{CASE}decide/", case_pages.case_decide, name="case-decide"),
    path(f"{CASE}take-back/", case_pages.case_take_back, name="case-take-back"),
    path(f"{CASE}questions/<int:pk>/", case_pages.case_answer, name="case-answer"),
    path("surveillance/", draw_pages.surveillance, name="surveillance"),
    path("surveillance/surveillance_draw.py", draw_pages.draw_script, name="draw-script"),
    path("surveillance/announce/", draw_pages.draw_announce, name="draw-announce"),
    path("surveillance/<int:year>/draw/", draw_pages.draw_draw, name="draw-draw"),
    path("figures/", figures_page.figures, name="figures"),
    path("figures/<slug:name>.csv", figures_page.figures_file, name="figures-file"),
    path("help/", help.index, name="help"),
    path("help/<slug:slug>/", help.page, name="help-page"),
    path(
        "help/templates/<slug:slug>.<slug:format>",
        paper_templates.help_template,
        name="help-template",
    ),
    path("theme/", appearance.theme, name="theme"),
    path(
        "catalogue/editions/<str:key>/affected/",
        edition_impact.catalogue_affected,
        name="catalogue-affected",
    ),
    path("log/", log_pages.log, name="log"),
    path("log/checkpoint", log_pages.checkpoint, name="log-checkpoint"),
    path("log/keys", log_pages.log_keys, name="log-keys"),
    path("log/checkpoints/<int:size>", log_pages.kept_checkpoint, name="log-kept"),
    path("log/checkpoints/<int:size>.tsr", log_pages.log_stamp, name="log-stamp"),
    path("log/<int:index>/", log_pages.log_entry, name="log-entry"),
    path("components/", gallery.components, name="components"),
]

if settings.METRICS_NETWORKS:
    from certcentre.desk import metrics

    urlpatterns.append(path("metrics", metrics.metrics, name="metrics"))
