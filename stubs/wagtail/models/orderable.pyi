from django.db import models

class Orderable(models.Model):
    sort_order = models.IntegerField(null=True)

    class Meta:
        abstract = True
