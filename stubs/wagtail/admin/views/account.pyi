from collections.abc import Callable

class BaseSettingsPanel:
    # A method; as an attribute it can be replaced.
    is_active: Callable[..., bool]

class NameEmailSettingsPanel(BaseSettingsPanel): ...
