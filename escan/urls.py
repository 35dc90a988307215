from allauth.account.views import logout as sign_out
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls

from accounts.views import mail_webhook
from courses.assessment.views import attempts as post_test
from courses.assessment.views import checks
from courses.learning.views import progress
from courses.notes import views as notes
from courses.recall import views as review
from courses.videos import views as videos
from courses.writing import views as figures
from escan import mailbox
from escan.models import INFORMATION
from escan.pages import courses, design, information, learn, media, offline, people, result, search, site

to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

handler500 = site.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("", site.home, name="home"),
    path("design/", design.design, name="design"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("metrics", site.metrics, name="metrics"),
    path("service-worker.js", offline.service_worker, name="service_worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.offline, name="offline"),
    path("courses/", courses.catalogue, name="catalogue"),
    path("courses/<slug:course>/", courses.course, name="course"),
    path("courses/<slug:course>/pre-test/", post_test.pre_test, name="pre_test"),
    path("courses/<slug:course>/post-test/", post_test.post_test, name="post_test"),
    path("courses/<slug:course>/post-test/<int:attempt_id>/", result.attempt, name="attempt"),
    path("courses/<slug:course>/post-test/<int:attempt_id>/submit/", post_test.submit, name="attempt_submit"),
    path("courses/<slug:course>/post-test/<int:attempt_id>/<int:position>/", post_test.answer, name="attempt_answer"),
    path("courses/<slug:course>/<slug:lesson>/", courses.lesson, name="lesson"),
    path("courses/<slug:course>/<slug:lesson>/position/", progress.lesson_position, name="lesson_position"),
    path("courses/<slug:course>/<slug:lesson>/complete/", courses.lesson_complete, name="lesson_complete"),
    path("courses/<slug:course>/<slug:lesson>/notes/", notes.lesson_notes, name="lesson_notes"),
    path("figures/<int:lesson_id>/<int:image_id>/", figures.figure, name="figure"),
    path("videos/bytes/<str:token>/", videos.stream_bytes, name="video_bytes"),
    path("videos/<int:lesson_id>/<int:video_id>/", videos.playlist, name="video"),
    path("videos/<int:lesson_id>/<int:video_id>/poster/", videos.poster, name="video_poster"),
    path("videos/<int:lesson_id>/<int:video_id>/captions/", videos.captions, name="video_captions"),
    path("videos/<int:lesson_id>/<int:video_id>/<slug:name>.m3u8", videos.stream, name="video_stream"),
    path("checks/<int:lesson_id>/<int:question_id>/", checks.check, name="check"),
    path("checks/pictures/<int:question_id>/<int:image_id>/", checks.picture, name="question_picture"),
    path("learn/", learn.learn, name="learn"),
    path("learn/notes/", notes.notes, name="notes"),
    path("learn/notes/export/", notes.notes_export, name="notes_export"),
    path("learn/notes/restore/", notes.note_restore, name="note_restore"),
    path("learn/notes/<int:note_id>/", notes.note, name="note"),
    path("learn/notes/<int:note_id>/delete/", notes.note_delete, name="note_delete"),
    path("learn/review/", review.review, name="review"),
    path("learn/review/<int:answer_id>/", review.review_answer, name="review_answer"),
    path("search/", search.search, name="search"),
    path("contact/", information.contact, name="contact"),
    *(path(f"{slug}/", information.information, {"slug": slug}, name=slug) for slug in INFORMATION),
    path("cme/", include("cme.urls")),
    path("verify/", include("cme.verify_urls")),
    path("", include("payments.urls")),
    path("webhooks/mail/", mail_webhook, name="mail_webhook"),
    path("accounts/data/", people.own_data, name="own_data"),
    path("accounts/delete/", people.delete_account, name="delete_account"),
    path("accounts/deleted/", people.account_deleted, name="account_deleted"),
    path("accounts/", include("accounts.urls")),
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

if settings.EMAIL_BACKEND == "escan.mailbox.EmailBackend":
    urlpatterns += [
        path("mail/", mailbox.inbox, name="mailbox"),
        path("mail/<slug:name>/", mailbox.message, name="mail"),
        path("mail/<slug:name>/html/", mailbox.message_html, name="mail_html"),
        path("mail/<slug:name>/<str:filename>", mailbox.attachment, name="mail_attachment"),
    ]
