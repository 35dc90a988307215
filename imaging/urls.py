from django.urls import path, re_path

from imaging.asking import views as asking
from imaging.panel import views as panel
from imaging.performance import views as performance
from imaging.practice import views as practice
from imaging.reading.views import locking, marks, pages, tiles
from imaging.testsets import views as testsets

app_name = "imaging"
urlpatterns = [
    path("practice/", practice.practice, name="practice"),
    path("practice/next/", practice.go_on, name="next"),
    path("practice/runs/<slug:key>/", practice.run, name="run"),
    path("practice/runs/<slug:key>/end/", practice.end, name="end_run"),
    path("practice/performance/", performance.performance, name="performance"),
    path("practice/<slug:key>/", pages.reading, name="reading"),
    path("practice/<slug:key>/marks/", marks.marks, name="marks"),
    path("practice/<slug:key>/marks/<slug:mark>/", marks.mark, name="mark"),
    path("practice/<slug:key>/views/<slug:view>/", pages.picture, name="picture"),
    path("practice/<slug:key>/asked/", asking.ask, name="ask"),
    path("practice/<slug:key>/describe/", marks.describe, name="describe"),
    path("practice/<slug:key>/answer/", locking.answer, name="answer"),
    path("practice/<slug:key>/lock/", locking.lock, name="lock"),
    path("test-sets/", testsets.test_sets, name="test_sets"),
    path("test-sets/<slug:slug>/", testsets.test_set, name="test_set"),
    path("test-sets/<slug:slug>/progress/", testsets.progress, name="set_progress"),
    path("test-sets/<slug:slug>/begin/", testsets.begin, name="set_begin"),
    path("test-sets/<slug:slug>/consent/", testsets.consent, name="set_consent"),
    path("test-sets/attempts/<slug:key>/", testsets.attempt, name="set_attempt"),
    path("test-sets/attempts/<slug:key>/next/", testsets.go_on, name="set_next"),
    path("test-sets/attempts/<slug:key>/hand-in/", testsets.hand_in, name="set_hand_in"),
    path("panel/", panel.panel, name="panel"),
    path("panel/<int:pk>/", panel.image, name="panel_image"),
    # Where the storage has them, so that a proxy can send them by their address (deploy/Caddyfile).
    re_path(
        r"^tiles/(?P<digest>[0-9a-f]{32})/(?P<name>fit\.webp|\d{1,2}/\d{1,3}_\d{1,3}\.webp)$", tiles.tile, name="tile"
    ),
]
