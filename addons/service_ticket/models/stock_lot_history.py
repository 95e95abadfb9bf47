"""In whose hands a unit was, what replaced what, and how often its repairs failed."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .guard import drop_defaults

_RECORDED = {
    "replaces_id",
    "replaced_by_id",
    "replaced_on",
    "replaced_reason",
    "replaced_ticket_id",
    "failed_repair_count",
    "owner_ids",
}


class StockLot(models.Model):
    _inherit = "stock.lot"

    owner_ids = fields.One2many(
        "service.unit.owner", "unit_id", "Owners", readonly=True, copy=False
    )
    replaces_id = fields.Many2one(
        "stock.lot", "Replaces", index="btree_not_null", readonly=True, copy=False
    )
    replaced_by_id = fields.Many2one(
        "stock.lot",
        "Replaced By",
        index="btree_not_null",
        readonly=True,
        copy=False,
        tracking=True,
    )
    replaced_on = fields.Date(readonly=True, copy=False)
    replaced_reason = fields.Char("Replaced Because", readonly=True, copy=False)
    replaced_ticket_id = fields.Many2one(
        "service.ticket",
        "Replaced For",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    replacement_ids = fields.Many2many(
        "stock.lot",
        compute="_compute_replacement_ids",
        string="Replacements",
        help="The whole chain, the oldest first.",
    )
    failed_repair_count = fields.Integer(
        "Failed Repairs",
        readonly=True,
        copy=False,
        help="How often in a row the same quality problem came back after a repair.",
    )
    strikes = fields.Char(compute="_compute_strikes")
    strikes_reached = fields.Boolean(compute="_compute_strikes")

    _replaces_one = models.UniqueIndex(
        "(replaces_id) WHERE replaces_id IS NOT NULL",
        "This unit has been replaced already.",
    )
    _replaced_by_one = models.UniqueIndex(
        "(replaced_by_id) WHERE replaced_by_id IS NOT NULL",
        "This unit replaces another one already.",
    )

    @api.depends("replaces_id", "replaced_by_id")
    def _compute_replacement_ids(self):
        for unit in self:
            chain = unit._origin
            while chain and chain[0].replaces_id - chain:
                chain = chain[0].replaces_id + chain
            while chain and chain[-1].replaced_by_id - chain:
                chain += chain[-1].replaced_by_id
            unit.replacement_ids = chain if len(chain) > 1 else False

    @api.depends("failed_repair_count", "company_id")
    @api.depends_context("company")
    def _compute_strikes(self):
        for unit in self:
            company = unit.company_id or self.env.company
            count, limit = unit.failed_repair_count, company.service_strike_limit
            unit.strikes = company._describe_strikes(count)
            unit.strikes_reached = bool(limit and count >= limit)

    # --- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_recorded(vals)
        units = self.with_context(drop_defaults(self.env.context, _RECORDED))
        units = super(StockLot, units).create(vals_list).with_env(self.env)
        today = fields.Date.context_today(self)
        units._record_owners(
            {},
            {unit: unit.delivered_on or unit.purchased_on or today for unit in units},
        )
        return units

    def write(self, vals):
        self._refuse_recorded(vals)
        if not {"end_customer_id", "site_id"} & vals.keys():
            return super().write(vals)
        before = self._get_hands()
        result = super().write(vals)
        today = fields.Date.context_today(self)
        day = fields.Date.to_date(vals.get("delivered_on")) or today
        self._record_owners(before, dict.fromkeys(self, min(day, today)))
        return result

    def _refuse_recorded(self, vals):
        recorded = _RECORDED & vals.keys()
        if recorded and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s” is recorded by the system and not written by hand.",
                    self._fields[min(recorded)]._description_string(self.env),
                )
            )

    # --- Owners ------------------------------------------------------------------------

    def _get_hands(self):
        """Return {unit: (customer, site)}."""
        return {
            unit: (unit.end_customer_id.id, unit.site_id.id) for unit in self.sudo()
        }

    def _record_owners(self, before, days):
        """Close the rows of units that changed hands or place, and open new ones.

        :param before: {unit: (customer, site)} as it was; of new units, nothing
        :param days: {unit: date} since when they are where they are now
        """
        nobody = (False, False)
        now = self._get_hands()
        changed = self.sudo().filtered(lambda u: now[u] != before.get(u, nobody))
        if not changed:
            return
        rows = self.env["service.unit.owner"].sudo()
        current = rows.search([("unit_id", "in", changed.ids), ("until", "=", False)])
        by_unit = current.grouped("unit_id")
        vals_list = []
        for unit in changed:
            day = days[unit]
            row = by_unit.get(unit, rows)
            if row:
                row.until = day = max(day, row.since or day)
            elif before.get(unit, nobody) != nobody:  # from before we kept this
                vals_list.append(unit._prepare_owner_vals(before[unit], until=day))
            if now[unit] != nobody:
                vals_list.append(unit._prepare_owner_vals(now[unit], since=day))
        rows.flush_model(["until"])  # one open row a unit: the old one is closed first
        rows.create(vals_list)

    def _prepare_owner_vals(self, hands, **vals):
        customer, site = hands
        return {"unit_id": self.id, "partner_id": customer, "site_id": site, **vals}

    def _change_hands(self, customer, site, since, note=None):
        """Give the units to another customer or site; the history stays with them.

        :param since: date; the former owner had it until then.
        :raise UserError: where the day or the new hands make no sense.
        """
        today = fields.Date.context_today(self)
        if since > today:
            raise UserError(self.env._("A unit changes hands today or in the past."))
        for unit in self:
            if unit._get_hands()[unit] == (customer.id, site.id):
                raise UserError(self.env._("%s is in these hands already.", unit.name))
            row = unit.sudo().owner_ids.filtered(lambda row: not row.until)
            if row.since and row.since > since:
                raise UserError(
                    self.env._(
                        "%(unit)s came to %(owner)s on %(day)s: it can't have left "
                        "before.",
                        unit=unit.name,
                        owner=row.partner_id.display_name,
                        day=row.since,
                    )
                )
        former = self.sudo().owner_ids.filtered(lambda row: not row.until)
        self.write({"end_customer_id": customer.id, "site_id": site.id})
        rows = self.sudo().owner_ids.filtered(lambda row: not row.until)
        (former - rows).until = since
        rows.write({"since": since, "note": note})

    def _correct_hands(self, customer, site, note=None):
        """The record was wrong: the open row is corrected, nothing changed hands."""
        former = self.sudo().owner_ids.filtered(lambda row: not row.until)
        self.write({"end_customer_id": customer.id, "site_id": site.id})
        rows = self.sudo().owner_ids.filtered(lambda row: not row.until) - former
        since = {row.unit_id: row.since for row in former}
        former.filtered("until").unlink()
        for row in rows:
            row.write({"since": since.get(row.unit_id, row.since), "note": note})

    # --- Replacement -------------------------------------------------------------------

    def _replace_with(self, new_unit, ticket=None, reason=None, state="returned"):
        """Let another unit stand in for this one; layers above call this (R33).

        The new unit takes customer, site, parent and parts; the tickets stay with
        their unit. What is covered from now on is decided above.

        :param state: what becomes of this one, a service state.
        :raise UserError: where one of the two can't take part.
        """
        self.ensure_one()
        self._check_replacement(new_unit)
        old = self.sudo()
        new = new_unit.sudo()
        today = fields.Date.context_today(self)
        taken = {
            "end_customer_id": old.end_customer_id.id,
            "site_id": old.site_id.id,
            "install_place": old.install_place,
            "service_state": "in_service",
            "replaces_id": old.id,
        }
        if not new.delivered_on and not new.purchased_on:
            taken["delivered_on"] = today
        parent, children = old.parent_id, old.child_ids - new
        old.write(
            {
                "replaced_by_id": new.id,
                "replaced_on": today,
                "replaced_reason": reason,
                "replaced_ticket_id": ticket.id if ticket else False,
                "service_state": state,
                "end_customer_id": False,
                "site_id": False,
                "parent_id": False,
            }
        )
        new.write(taken)
        new.parent_id = parent - new
        children.write({"parent_id": new.id})

    def _check_replacement(self, new):
        """Refuse what would tear the chain, or take another customer's unit."""
        names = {"old": self.name, "new": new.name, "by": self.replaced_by_id.name}
        theirs = new.end_customer_id - self.end_customer_id
        if new == self:
            raise UserError(self.env._("A unit can't replace itself."))
        if self.replaced_by_id:
            raise UserError(
                self.env._("%(old)s was replaced by %(by)s already.", **names)
            )
        if new.replaces_id or new.replaced_by_id:
            raise UserError(
                self.env._("%(new)s is part of another replacement.", **names)
            )
        if theirs:
            raise UserError(
                self.env._(
                    "%(new)s belongs to %(owner)s.",
                    owner=theirs.display_name,
                    **names,
                )
            )
        if new.company_id and self.company_id and new.company_id != self.company_id:
            raise UserError(
                self.env._("%(old)s and %(new)s belong to two companies.", **names)
            )
