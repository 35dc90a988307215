from django.template import Context, Template


def test_price_is_the_one_of_the_settings(settings):
    settings.PRICE_AMOUNT, settings.PRICE_CURRENCY = 4950, "usd"
    assert Template("{% load price %}{% price %}").render(Context()) == "$49.50"


def test_price_can_be_named_for_a_translated_sentence(settings):
    settings.PRICE_AMOUNT, settings.PRICE_CURRENCY = 7900, "usd"
    assert Template("{% load price %}{% price as cost %}Pay {{ cost }}.").render(Context()) == "Pay $79."
