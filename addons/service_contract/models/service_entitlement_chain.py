"""What begins when something ends, goes along, or is taken over by another unit."""

from odoo import fields, models


class ServiceEntitlement(models.Model):
    _inherit = "service.entitlement"

    # --- What begins by itself (R51) --------------------------------------------------

    def _create_followers(self):
        """Let the terms that follow begin when these end."""
        vals_list = [
            entitlement._prepare_follower_vals()
            for entitlement in self
            if entitlement.coverage_id.follow_id
            and entitlement.source != "repair"
            and not entitlement.inherited_from_id
        ]
        if vals_list:
            self.sudo().create(vals_list)

    def _prepare_follower_vals(self):
        return {
            "unit_id": self.unit_id.id,
            "coverage_id": self.coverage_id.follow_id.id,
            "source": "follow",
            "follows_id": self.id,
            "sale_line_id": self.sale_line_id.id,
            "pricelist_id": self.pricelist_id.id,
            "company_id": self.company_id.id,
            "date_start": fields.Date.add(self.date_end, days=1),
        }

    def _move_followers(self):
        """What follows begins on the next day, whenever that is now."""
        for follower in self.sudo().follower_ids:
            start = fields.Date.add(follower.follows_id.date_end, days=1)
            if follower.date_start != start:
                end = follower.coverage_id._get_end(start)
                follower.write({"date_start": start, "date_end": end})

    # --- Another unit, other hands ----------------------------------------------------

    def _still_counts(self):
        """Return what is neither over nor void."""
        today = fields.Date.context_today(self)
        return self.filtered(lambda e: not e.void_on and e.date_end >= today)

    def _hand_over(self, new_unit):
        """Let the unit that takes the place of this one have what is left.

        What a delivery without a sale gave the new unit goes: it is no second purchase.
        """
        left = self._still_counts().filtered(lambda e: not e.scope_product_id)
        given = new_unit.entitlement_ids._still_counts()
        given.filtered(lambda e: e.source in ("delivery", "follow"))._void(
            self.env._("Stands in for %s", ", ".join(self.unit_id.mapped("name")))
        )
        today = fields.Date.context_today(self)
        vals_list = []
        for entitlement in left:
            vals = entitlement.copy_data({"unit_id": new_unit.id})[0]
            vals.pop("picking_id", None)
            vals["date_start"] = max(today, entitlement.date_start)
            vals["inherited_from_id"] = entitlement.id
            vals_list.append(vals)
        taken = self.create(vals_list)
        for entitlement, new in zip(left, taken, strict=True):
            if entitlement.follows_id in left:
                new.follows_id = taken[left.ids.index(entitlement.follows_id.id)]
        left._void(self.env._("Replaced by %s", new_unit.name))
        return taken

    def _change_owner(self, since):
        """What is not transferable ends on the day when the unit changes hands."""
        bound = self.filtered(lambda e: not e.void_on and e.date_end >= since)
        bound.filtered(lambda e: not e.coverage_id.transferable)._void(
            self.env._("Not transferable: the unit changed hands"), since
        )

    def _void(self, reason, day=None):
        """End it: from `day`, else from today."""
        if self:
            day = day or fields.Date.context_today(self)
            self.write({"void_reason": reason, "void_on": day})
