from django.urls import path, re_path

from imaging.asking import views as asking
from imaging.performance import views as performance
from imaging.reading.views import locking, marks, pages, practice, tiles

app_name = "imaging"
urlpatterns = [
    path("practice/", practice.practice, name="practice"),
    path("practice/next/", practice.start, name="next"),
    path("practice/performance/", performance.performance, name="performance"),
    path("practice/<slug:key>/", pages.reading, name="reading"),
    path("practice/<slug:key>/marks/", marks.marks, name="marks"),
    path("practice/<slug:key>/marks/<slug:mark>/", marks.mark, name="mark"),
    path("practice/<slug:key>/views/<slug:view>/", pages.picture, name="picture"),
    path("practice/<slug:key>/asked/", asking.ask, name="ask"),
    path("practice/<slug:key>/describe/", marks.describe, name="describe"),
    path("practice/<slug:key>/answer/", locking.answer, name="answer"),
    path("practice/<slug:key>/lock/", locking.lock, name="lock"),
    # Where the storage has them, so that a proxy can send them by their address (deploy/Caddyfile).
    re_path(
        r"^tiles/(?P<digest>[0-9a-f]{32})/(?P<name>fit\.webp|\d{1,2}/\d{1,3}_\d{1,3}\.webp)$", tiles.tile, name="tile"
    ),
]
