"""The addresses of sites, batches and the grid."""

from django.urls import path, register_converter

from indicators.monitoring.models import BatchKind
from indicators.monitoring.views import batches, grid, sites

app_name = "monitoring"


class KindName:
    """The kind of a batch in an address."""

    regex = "|".join(BatchKind.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KindName, "batch_kind")

urlpatterns = [
    path("monitoring/", sites.site_list, name="site-list"),
    path("monitoring/export/", sites.site_list_export, name="site-list-export"),
    path("monitoring/sites/<int:site_id>/", sites.site_show, name="site-show"),
    path("monitoring/sites/<int:site_id>/export/", sites.site_export, name="site-export"),
    path("monitoring/batches/", batches.batch_list, name="batch-list"),
    path("monitoring/batches/new/", batches.batch_new, name="batch-new"),
    path("monitoring/batches/<int:batch_id>/", batches.batch_show, name="batch-show"),
    path("monitoring/batches/<int:batch_id>/file/", batches.batch_file, name="batch-file"),
    path("monitoring/batches/<int:batch_id>/reason/", batches.batch_reason, name="batch-reason"),
    path("monitoring/batches/<int:batch_id>/discard/", batches.batch_discard, name="batch-discard"),
    path("monitoring/batches/<int:batch_id>/faults/", batches.batch_faults, name="batch-faults"),
    path("monitoring/templates/<batch_kind:kind>/", batches.batch_template, name="batch-template"),
    path("monitoring/grid/", grid.entry, name="grid"),
    path("monitoring/grid/keep/", grid.keep, name="grid-keep"),
    path("monitoring/grid/drop/", grid.drop, name="grid-drop"),
]
