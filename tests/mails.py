"""What a mail that was sent says."""

from django.core.mail import EmailMessage, EmailMultiAlternatives


def text_of(message: EmailMessage) -> str:
    return str(message.body)


def html_of(message: EmailMessage) -> str:
    assert isinstance(message, EmailMultiAlternatives)
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    return str(html)
