from odoo import api, models


class ReportServiceVisit(models.AbstractModel):
    """The service report: who may read the visit may print it, whole."""

    _name = "report.service_dispatch.report_service_visit"
    _description = "Service Report"

    @api.model
    def _get_report_values(self, docids, data=None):
        visits = self.env["service.visit"].browse(docids)
        visits.check_access("read")
        # sudo: an engineer has no rights on orders and payments of his own job
        return {
            "doc_ids": docids,
            "doc_model": "service.visit",
            "docs": visits.sudo(),
        }
