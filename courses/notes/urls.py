from django.urls import path

from courses.notes import views

urlpatterns = [
    path("courses/<slug:course>/<slug:lesson>/notes/", views.lesson_notes, name="lesson_notes"),
    path("learn/notes/", views.notes, name="notes"),
    path("learn/notes/export/", views.notes_export, name="notes_export"),
    path("learn/notes/restore/", views.note_restore, name="note_restore"),
    path("learn/notes/<int:note_id>/", views.note, name="note"),
    path("learn/notes/<int:note_id>/delete/", views.note_delete, name="note_delete"),
]
