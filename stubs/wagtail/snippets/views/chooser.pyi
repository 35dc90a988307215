from django import forms
from django.views import View

class ChooseView(View):
    filter_form_class: type[forms.Form]

class ChooseResultsView(View):
    filter_form_class: type[forms.Form]

class SnippetChooserViewSet:
    choose_view_class: type[View]
    choose_results_view_class: type[View]
