from wagtail.admin.ui.components import Component

class ActionMenuItem(Component):
    name: str | None
