from wagtail.admin.views.generic import BaseListingView, PermissionCheckedMixin
from wagtail.admin.views.mixins import SpreadsheetExportMixin

class ReportView(SpreadsheetExportMixin, PermissionCheckedMixin, BaseListingView): ...
