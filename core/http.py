from django.http import HttpRequest, HttpResponseRedirect
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """The type of every request here, for views that answer htmx with a part of the page: `if request.htmx`."""

    htmx: HtmxDetails


class SeeOther(HttpResponseRedirect):
    """The form was taken; what follows is fetched with GET."""

    status_code = 303
