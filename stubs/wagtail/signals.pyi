from django.dispatch import Signal

published: Signal
page_unpublished: Signal
unpublished: Signal
