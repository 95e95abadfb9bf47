"""In which region a customer is: found by the address, or said by hand."""

import logging

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)
_ADDRESS = ("country_id", "state_id", "city", "zip")


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_region_id = fields.Many2one(
        "service.region",
        "Region",
        compute="_compute_service_region_id",
        inverse="_inverse_service_region_id",
        store=True,
        recursive=True,
        readonly=False,
        index="btree_not_null",
        ondelete="set null",
        help="Found by the address; what you choose here stays. Empty it to have it "
        "found again.",
    )
    service_region_by_hand = fields.Boolean("Region by Hand", readonly=True, copy=False)

    @api.depends(
        *_ADDRESS, "type", "parent_id.service_region_id", "service_region_by_hand"
    )
    def _compute_service_region_id(self):
        for partner in self:
            partner.service_region_id = partner._find_region()

    def _find_region(self):
        """Return the region of this address; persons are where their company is."""
        self.ensure_one()
        if self.service_region_by_hand:
            return self.service_region_id
        if self.parent_id and self.type == "contact":
            return self.parent_id.service_region_id
        regions = self.env["service.region"].sudo()
        country, state = self.country_id.id, self.state_id.id
        found = regions._get_places().find(country, state, self.city, self.zip)
        return regions.browse(found).with_env(self.env)

    def _inverse_service_region_id(self):
        for partner in self:
            said = partner.service_region_id
            partner.service_region_by_hand = False
            found = partner._find_region()
            partner.service_region_by_hand = bool(said) and said != found
            partner.service_region_id = said or found

    # --- Work on all customers ---------------------------------------------------------

    @api.model
    def _get_walk_domain(self, name):
        """Return whom a change of rules concerns; layers above may add their own."""
        return Domain.TRUE

    def _try_walk(self, name):
        """Do the work; one customer that fails keeps no other from it."""
        try:
            with self.env.cr.savepoint():
                getattr(self, f"_walk_{name}")()
                self.env.flush_all()
        except Exception:
            self.env.invalidate_all()
            if len(self) > 1:
                for partner in self:
                    partner._try_walk(name)
                return
            _logger.exception("Customer %s: “%s” failed", self.id, name)
            self._on_walk_failed(name)

    def _on_walk_failed(self, name):
        """This one customer could not be done: nobody else is kept from it."""

    def _walk_region(self):
        """Find the region anew; what was said by hand stays."""
        self.env.add_to_compute(self._fields["service_region_id"], self)
        self._recompute_recordset(["service_region_id"])
