from odoo import fields, models

from .guard import check_links


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_team_id = fields.Many2one(
        "service.team",
        "Service Branch",
        index="btree_not_null",
        ondelete="restrict",
        help="Takes all requests of this customer. Empty: the branch is found by region "
        "and product.",
    )

    def _validate_fields(self, field_names, excluded_names=()):
        names = set(field_names)
        super()._validate_fields(names, excluded_names)
        check_links(self, names & {"service_team_id"})
