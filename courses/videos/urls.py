from django.urls import path

from courses.videos import views

urlpatterns = [
    path("videos/bytes/<str:token>/", views.stream_bytes, name="video_bytes"),
    path("videos/<int:lesson_id>/<int:video_id>/", views.playlist, name="video"),
    path("videos/<int:lesson_id>/<int:video_id>/poster/", views.poster, name="video_poster"),
    path("videos/<int:lesson_id>/<int:video_id>/captions/", views.captions, name="video_captions"),
    path("videos/<int:lesson_id>/<int:video_id>/<slug:name>.m3u8", views.stream, name="video_stream"),
]
