from odoo import api, fields, models
from odoo.fields import Domain


class ServiceWalk(models.Model):
    """A change of rules concerns every customer: how far the work is.

    The row is the work: it goes when the last customer is done.
    """

    _name = "service.walk"
    _description = "Work on All Customers"

    name = fields.Char("What", required=True, readonly=True)
    last_id = fields.Integer("Done Until", readonly=True)

    _one_per_name = models.UniqueIndex("(name)", "This work is under way already.")

    @api.model
    def _begin(self, name):
        """Have all customers looked at anew; what is under way begins again."""
        walk = self.sudo().search([("name", "=", name)])
        walk.last_id = 0
        if not walk:
            self.sudo().create({"name": name})
        self.env.ref("service_ticket.ir_cron_walk").sudo()._trigger()

    @api.model
    def _cron_walk(self, batch=2000):
        """Do what is under way in bounded steps; each step is committed."""
        while walk := self.search([], limit=1, order="id"):
            done = walk._step(batch)
            more = self.search_count([])
            if not self.env["ir.cron"]._commit_progress(done, remaining=more):
                break

    def _step(self, batch=2000):
        """Look at the next customers; return how many they were."""
        self.ensure_one()
        partners = self.env["res.partner"].with_context(
            active_test=False, tracking_disable=True
        )
        name = self.name
        domain = partners._get_walk_domain(name) & Domain("id", ">", self.last_id)
        found = partners.search(domain, order="id", limit=batch)
        found._try_walk(name)
        if len(found) < batch:
            self.unlink()
        else:
            self.last_id = found[-1].id
        return len(found)
