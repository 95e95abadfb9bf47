from odoo import api, fields, models


class ServiceUnitOwner(models.Model):
    """This customer had this unit, at this site, from–to.

    Written by the system whenever a unit changes hands or place; the open row is now.
    """

    _name = "service.unit.owner"
    _description = "Owner of a Unit"
    _order = "unit_id, until desc nulls first, id desc"

    unit_id = fields.Many2one(
        "stock.lot", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="unit_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", readonly=True
    )
    site_id = fields.Many2one(
        "res.partner", "Site", index="btree_not_null", readonly=True
    )
    since = fields.Date(readonly=True)
    until = fields.Date(readonly=True, help="Empty: still.")
    note = fields.Char(readonly=True)

    _one_now = models.UniqueIndex(
        "(unit_id) WHERE until IS NULL", "A unit is in one hand at a time."
    )
    _dates_in_order = models.Constraint(
        "CHECK(until >= since)", "It can't end before it begins."
    )

    @api.depends("partner_id", "unit_id")
    def _compute_display_name(self):
        for owner in self:
            name = owner.partner_id.display_name or self.env._("Nobody")
            owner.display_name = f"{owner.unit_id.name}: {name}"
