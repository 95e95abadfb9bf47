from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.service_entitlement import CORRECTING


class ServiceEntitlementChange(models.TransientModel):
    """A manager extends, corrects or voids what was promised, and says why."""

    _name = "service.entitlement.change"
    _description = "Extend, Correct or Void"
    _inherit = ["service.dialog"]

    entitlement_id = fields.Many2one(
        "service.entitlement", required=True, ondelete="cascade"
    )
    unit_id = fields.Many2one(related="entitlement_id.unit_id")
    company_id = fields.Many2one(related="entitlement_id.company_id")
    kind = fields.Selection(
        [
            ("extend", "Extend: another promise, after this one"),
            ("correct", "Correct the dates: they were wrong"),
            ("void", "Void: it counts no longer"),
        ],
        "What",
        required=True,
        default="extend",
    )
    coverage_id = fields.Many2one(
        "service.coverage",
        "Terms",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('company_id', 'in', [False, company_id])]",
    )
    date_start = fields.Date(
        "From", compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    date_end = fields.Date(
        "Until", compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    void_on = fields.Date("Void From", default=fields.Date.context_today)
    reason = fields.Char(required=True)

    @api.depends("entitlement_id", "kind")
    def _compute_dates(self):
        self.entitlement_id.check_access("read")
        for change in self:
            old = change.entitlement_id
            change.coverage_id = old.coverage_id
            change.date_start, change.date_end = old.date_start, old.date_end
            if change.kind == "extend" and old.date_end:
                start = fields.Date.add(old.date_end, days=1)
                change.date_start = start
                change.date_end = fields.Date.add(start, years=1, days=-1)

    def action_apply(self):
        """Put it on record: in the entitlement's log and the unit's."""
        self.ensure_one()
        if not self.env.user.has_group("service_ticket.group_service_manager"):
            raise AccessError(self.env._("Only a manager changes what was promised."))
        self.entitlement_id.check_access("write")
        return getattr(self, f"_{self.kind}")()

    def _extend(self):
        self._check_dates()
        old = self.entitlement_id
        new = old.create(
            {
                "unit_id": old.unit_id.id,
                "coverage_id": self.coverage_id.id,
                "source": "extension",
                "date_start": self.date_start,
                "date_end": self.date_end,
                "note": self.reason,
                "company_id": old.company_id.id,
            }
        )
        old._message_log(body=self.env._("Extended: %s", self.reason))
        return {
            "type": "ir.actions.act_window",
            "res_model": new._name,
            "res_id": new.id,
            "views": [[False, "form"]],
        }

    def _correct(self):
        self._check_dates()
        self._put_right({"date_start": self.date_start, "date_end": self.date_end})
        self.entitlement_id._message_log(body=self.env._("Corrected: %s", self.reason))
        return {"type": "ir.actions.act_window_close"}

    def _void(self):
        if not self.void_on:
            raise UserError(self.env._("From which day does it count no longer?"))
        self._put_right({"void_reason": self.reason, "void_on": self.void_on})
        return {"type": "ir.actions.act_window_close"}

    def _check_dates(self):
        if not (self.date_start and self.date_end and self.coverage_id):
            raise UserError(self.env._("Terms, first and last day are needed."))
        if self.date_end < self.date_start:
            raise UserError(self.env._("It can't end before it begins."))

    def _put_right(self, vals):
        correcting = self.with_context(service_correction=CORRECTING)
        correcting.entitlement_id.write(vals)
