class ActionMenuItem:
    name: str
