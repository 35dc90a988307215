"""The studio's screens of truths: the list, one study, drawing, publishing, reading as a learner does."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from imaging.truths.studio import drawing, listing, one, preview, publishing


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action("imaging.begin_opinion", _("Begin opinion"), _("Opinion begun"))
    actions.register_action("imaging.hand_in_opinion", _("Hand in opinion"), _("Opinion handed in"))
    actions.register_action("imaging.take_back_opinion", _("Take back opinion"), _("Opinion taken back"))
    actions.register_action("imaging.make_consensus", _("Make consensus"), _("Consensus made"))
    actions.register_action("imaging.publish_truth", _("Publish truth"), _("Version of the truth published"))


@hooks.register("register_admin_urls")
def register_truth_urls() -> list[URLPattern]:
    return [
        path("truths/", listing.TruthsView.as_view(), name="truths"),
        path("truths/results/", listing.TruthsView.as_view(results_only=True), name="truths_results"),
        path("truths/agreement/", listing.show_agreement, name="truths_agreement"),
        path("truths/<int:pk>/", one.show, name="truth"),
        path("truths/<int:pk>/begin/", drawing.begin, name="truth_begin"),
        path("truths/<int:pk>/draw/<int:opinion>/", drawing.draw, name="truth_draw"),
        path("truths/<int:pk>/hand-in/<int:opinion>/", drawing.hand_in, name="truth_hand_in"),
        path("truths/<int:pk>/take-back/<int:opinion>/", drawing.take_back, name="truth_take_back"),
        path("truths/<int:pk>/consensus/", publishing.choose, name="truth_consensus"),
        path("truths/<int:pk>/publish/<int:opinion>/", publishing.publish, name="truth_publish"),
        path("truths/<int:pk>/preview/", preview.show, name="truth_preview"),
        path("truths/<int:pk>/preview/marks/", preview.take_mark, name="truth_preview_marks"),
        path("truths/<int:pk>/preview/marks/<slug:mark>/", preview.drop_mark, name="truth_preview_mark"),
    ]
