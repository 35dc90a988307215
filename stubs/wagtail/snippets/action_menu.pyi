from wagtail.admin.ui.components import Component

class ActionMenuItem(Component):
    order: int
    name: str | None
