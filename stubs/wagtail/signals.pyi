from django.dispatch import Signal

published: Signal
