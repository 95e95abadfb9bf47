from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.service_transition import OPEN_STATES


class ServiceUnitChange(models.TransientModel):
    """A unit, with what is built into it, goes to another customer or site."""

    _name = "service.unit.change"
    _description = "Change Hands"
    _inherit = ["service.dialog"]

    unit_id = fields.Many2one("stock.lot", required=True, readonly=True)
    company_id = fields.Many2one(related="unit_id.company_id")
    from_id = fields.Many2one(related="unit_id.end_customer_id", string="So Far With")
    partner_id = fields.Many2one("res.partner", "New Customer")
    site_id = fields.Many2one("res.partner", "New Site")
    since = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="First day there.",
    )
    note = fields.Char()
    is_correction = fields.Boolean(
        "The record was wrong",
        help="Nothing changed hands: only what is written down is put right.",
    )
    child_ids = fields.Many2many("stock.lot", compute="_compute_what_goes_along")
    with_children = fields.Boolean("Its parts go along", default=True)
    ticket_ids = fields.Many2many("service.ticket", compute="_compute_what_goes_along")
    tickets = fields.Selection(
        [
            ("stay", "They stay with the former customer"),
            ("go_on", "New tickets go on for the new customer; the old are cancelled"),
        ],
        "Open Tickets",
        default="stay",
        required=True,
    )

    @api.depends("unit_id", "with_children")
    def _compute_what_goes_along(self):
        for wizard in self:
            below = wizard.unit_id._with_descendants() - wizard.unit_id
            wizard.child_ids = below
            units = wizard._get_units()
            wizard.ticket_ids = self.env["service.ticket"].search(
                Domain("unit_id", "in", units.ids) & Domain("state", "in", OPEN_STATES)
            )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        self.site_id = self.partner_id

    def _get_units(self):
        self.ensure_one()
        return self.unit_id + (
            self.child_ids if self.with_children else self.child_ids[:0]
        )

    def action_change(self):
        """Give the unit into the new hands."""
        self.ensure_one()
        units = self._get_units()
        units.check_access("write")
        customer, site = self.partner_id, self.site_id
        if not (customer or site):
            raise UserError(self.env._("Say who has the unit now, or where it is."))
        if self.is_correction:
            units._correct_hands(customer, site, self.note)
            return
        tickets = self.ticket_ids
        # Parts that are there already need not go along.
        hands, there = units._get_hands(), (customer.id, site.id)
        units = self.unit_id | units.filtered(lambda unit: hands[unit] != there)
        units._change_hands(customer, site, self.since, self.note)
        if self.tickets == "go_on":
            tickets._go_on_for(customer, site)
