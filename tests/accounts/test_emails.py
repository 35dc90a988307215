from django.core import mail
from django.test import override_settings

from accounts.emails import send_email

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.locmem.Loader",
                    {
                        "hello_subject.txt": "For\n{{ name }}\n",
                        "hello_message.txt": "\n{{ name }} at {{ site_url }}\n\n",
                        "hello_message.html": "<p>{{ name }}</p>",
                    },
                )
            ]
        },
    }
]


@override_settings(TEMPLATES=TEMPLATES, SITE_URL="https://academy.example")
def test_send_email_escapes_html_and_leaves_text_as_it_is():
    send_email(
        template="hello",
        to="ada@example.org",
        context={"name": "O'Brien & <Co>"},
        attachments=[("a.txt", b"bytes", "text/plain")],
    )

    (message,) = mail.outbox
    assert message.to == ["ada@example.org"]
    assert message.subject == "For O'Brien & <Co>"
    assert message.body == "O'Brien & <Co> at https://academy.example\n"
    assert message.alternatives == [("<p>O&#x27;Brien &amp; &lt;Co&gt;</p>", "text/html")]
    assert [attachment[0] for attachment in message.attachments] == ["a.txt"]


@override_settings(TEMPLATES=TEMPLATES)
def test_send_email_keeps_a_line_break_out_of_the_subject():
    send_email(template="hello", to="ada@example.org", context={"name": "Ada\r\nBcc: all@example.org"})

    assert mail.outbox[0].subject == "For Ada Bcc: all@example.org"
