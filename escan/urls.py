from allauth.account.views import logout as sign_out
from django.conf import settings
from django.contrib.sitemaps.views import sitemap
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls

from accounts.mail import mailbox
from accounts.mail.views import mail_webhook
from accounts.views import download_recovery_codes, see_recovery_codes
from escan.models import INFORMATION
from escan.pages import courses, design, engines, information, learn, media, offline, people, result, search, site
from escan.support.views import answer as support_answer

to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

handler400 = site.bad_request
handler500 = site.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("", site.home, name="home"),
    path("robots.txt", engines.robots, name="robots"),
    path(
        "sitemap.xml",
        require_safe(sitemap),
        {"sitemaps": engines.SITEMAPS, "template_name": "escan/sitemap.xml"},
        name="sitemap",
    ),
    path("favicon.ico", site.favicon, name="favicon"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("metrics", site.metrics, name="metrics"),
    path("service-worker.js", offline.service_worker, name="service_worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.offline, name="offline"),
    path("", include("courses.assessment.urls")),
    path("", include("courses.learning.urls")),
    path("", include("courses.notes.urls")),
    path("", include("courses.recall.urls")),
    path("", include("courses.videos.urls")),
    path("", include("courses.writing.urls")),
    path("courses/", courses.catalogue, name="catalogue"),
    path("courses/<slug:course>/", courses.course, name="course"),
    path("courses/<slug:course>/<slug:digest>.png", courses.course_card, name="course_card"),
    path("courses/<slug:course>/post-test/<int:attempt_id>/", result.attempt, name="attempt"),
    path("courses/<slug:course>/<slug:lesson>/", courses.lesson, name="lesson"),
    path("courses/<slug:course>/<slug:lesson>/complete/", courses.lesson_complete, name="lesson_complete"),
    path("checks/<int:lesson_id>/<int:question_id>/", courses.check, name="check"),
    path("learn/", learn.learn, name="learn"),
    path("search/", search.search, name="search"),
    path("contact/", information.contact, name="contact"),
    *(path(f"{slug}/", information.information, {"slug": slug}, name=slug) for slug in INFORMATION),
    path("", include("imaging.urls")),
    path("guides/", include("guides.urls")),
    path("cme/", include("cme.urls")),
    path("verify/", include("cme.certificates.verify_urls")),
    path("", include("payments.urls")),
    path("webhooks/mail/", mail_webhook, name="mail_webhook"),
    path("accounts/data/", people.own_data, name="own_data"),
    path("accounts/delete/", people.delete_account, name="delete_account"),
    path("accounts/deleted/", people.account_deleted, name="account_deleted"),
    path("accounts/answer/<str:token>/", support_answer, name="support_answer"),
    path("accounts/", include("accounts.urls")),
    # Before allauth's own, whose views they call: a mail tells the owner.
    path("accounts/2fa/recovery-codes/", see_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/recovery-codes/download/", download_recovery_codes, name="mfa_download_recovery_codes"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    # Wagtail's own sign-in, password reset and sign-out would go around allauth.
    path("studio/login/", to_sign_in),
    path("studio/password_reset/", to_sign_in),
    re_path(r"^studio/password_reset/.+$", to_sign_in),
    path("studio/logout/", sign_out),
    path("studio/media/<path:name>", media.media, name="media"),
    path("studio/", include(wagtailadmin_urls)),
]

# allauth asks for it by this name.
handler429 = "escan.pages.site.too_many_requests"

if settings.SHOWS_DESIGN:
    urlpatterns += [path("design/", design.design, name="design")]

if settings.EMAIL_BACKEND == "accounts.mail.mailbox.EmailBackend":
    urlpatterns += [
        path("mail/", mailbox.inbox, name="mailbox"),
        path("mail/<slug:name>/", mailbox.message, name="mail"),
        path("mail/<slug:name>/html/", mailbox.message_html, name="mail_html"),
        path("mail/<slug:name>/<str:filename>", mailbox.attachment, name="mail_attachment"),
    ]
