from django.test import override_settings

from accounts.mail.emails import build_email

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
def test_build_email_escapes_html_and_leaves_text_as_it_is():
    message = build_email(
        template="hello",
        to="ada@example.org",
        context={"name": "O'Brien & <Co>"},
        attachments=[("a.txt", b"bytes", "text/plain")],
    )

    assert message.to == ["ada@example.org"]
    assert message.subject == "For O'Brien & <Co>"
    assert message.body == "O'Brien & <Co> at https://academy.example\n"
    assert message.alternatives == [("<p>O&#x27;Brien &amp; &lt;Co&gt;</p>", "text/html")]
    assert [attachment[0] for attachment in message.attachments] == ["a.txt"]


@override_settings(TEMPLATES=TEMPLATES)
def test_build_email_keeps_a_line_break_out_of_the_subject():
    message = build_email(template="hello", to="ada@example.org", context={"name": "Ada\r\nBcc: all@example.org"})

    assert message.subject == "For Ada Bcc: all@example.org"


@override_settings(TEMPLATES=TEMPLATES, CONTACT_EMAIL="people@academy.example")
def test_build_email_is_answered_by_people():
    ours = build_email(template="hello", to="ada@example.org", context={})
    theirs = build_email(template="hello", to="ada@example.org", context={}, reply_to="who@example.org")

    assert (ours.reply_to, theirs.reply_to) == (["people@academy.example"], ["who@example.org"])
