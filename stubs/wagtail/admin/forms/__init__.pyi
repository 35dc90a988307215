from typing import Any

from modelcluster.forms import ClusterForm

class WagtailAdminModelForm(ClusterForm):
    is_deferred_validation: bool
    def clean(self) -> dict[str, Any]: ...
    # Django's own hook, which its stubs leave out.
    def _post_clean(self) -> None: ...

class WagtailAdminPageForm(WagtailAdminModelForm): ...
