from odoo import models

_ON_THE_JOB = {"on_site", "spare_on_site", "restoration", "report"}


class ServiceSlaPolicy(models.Model):
    _inherit = "service.sla.policy"

    def _get_targets(self, severity, kind="fault"):
        """Nobody travels to a complaint, unless a target says so for complaints."""
        targets = super()._get_targets(severity, kind)
        if kind != "complaint":
            return targets
        return {
            clock: target
            for clock, target in targets.items()
            if clock not in _ON_THE_JOB or target.kind == "complaint"
        }
