from django.db import models

class WorkflowMixin(models.Model):
    class Meta:
        abstract = True
