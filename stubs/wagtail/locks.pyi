from django.db.models import Model

class BaseLock:
    def for_user(self, user: Model) -> bool: ...
