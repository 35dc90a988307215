from django.urls import path, re_path

from imaging.performance import views as performance
from imaging.reading import views as reading

app_name = "imaging"
urlpatterns = [
    path("practice/", reading.practice, name="practice"),
    path("practice/next/", reading.start, name="next"),
    path("practice/performance/", performance.performance, name="performance"),
    path("practice/<slug:key>/", reading.reading, name="reading"),
    path("practice/<slug:key>/marks/", reading.marks, name="marks"),
    path("practice/<slug:key>/marks/<slug:mark>/", reading.mark, name="mark"),
    path("practice/<slug:key>/views/<slug:view>/", reading.picture, name="picture"),
    path("practice/<slug:key>/describe/", reading.describe, name="describe"),
    path("practice/<slug:key>/answer/", reading.answer, name="answer"),
    path("practice/<slug:key>/lock/", reading.lock, name="lock"),
    # Where the storage has them, so that a proxy can send them by their address (deploy/Caddyfile).
    re_path(
        r"^tiles/(?P<digest>[0-9a-f]{32})/(?P<name>fit\.webp|\d{1,2}/\d{1,3}_\d{1,3}\.webp)$", reading.tile, name="tile"
    ),
]
