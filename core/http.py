from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """The form was taken; what follows is fetched with GET."""

    status_code = 303
