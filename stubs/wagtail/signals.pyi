from django.dispatch import Signal

published: Signal
unpublished: Signal
page_unpublished: Signal
