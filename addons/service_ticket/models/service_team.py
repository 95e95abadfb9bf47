import ast

from odoo import api, fields, models, tools


class ServiceTeam(models.Model):
    """A desk or branch that takes tickets, with its own e-mail address."""

    _name = "service.team"
    _description = "Service Team"
    _inherit = [
        "mail.alias.mixin",
        "mail.thread",
        "service.cached",
        "service.archivable",
    ]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    alias_id = fields.Many2one(help="Mails to this address become tickets.")
    leader_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        check_company=True,
        help="Is told when a promise of the team is broken.",
    )
    member_ids = fields.Many2many(
        "res.users",
        string="Members",
        domain="[('share', '=', False)]",
        check_company=True,
    )
    policy_id = fields.Many2one(
        "service.sla.policy",
        "Promised Times",
        check_company=True,
        help="What the team's customers are promised, unless they have their own.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working Hours",
        check_company=True,
        help="When the team works; callbacks fall due within these hours.",
    )
    acknowledges = fields.Boolean(
        "Acknowledge Mails",
        default=True,
        help="Whoever writes to the team's address gets the number of the ticket and "
        "the promised times.",
    )
    reopen_days = fields.Integer(
        "Replies Reopen (Days)",
        default=14,
        help="A customer's mail within so many days opens a resolved ticket again; "
        "later it opens a new one that follows it.",
    )

    tells_when_closed = fields.Boolean(
        "Mail When Closed",
        default=True,
        help="Customers get a mail when their ticket is closed.",
    )

    @api.model
    def _get_of(self, company):
        """Return the teams of a company, the first one first; cached."""
        return self.browse(self._get_ids_of(company.id))

    @api.model
    @tools.ormcache("company_id")
    def _get_ids_of(self, company_id):
        return tuple(self._find_active([("company_id", "=", company_id)]).ids)

    @api.model
    @tools.ormcache("company_id", "user_id")
    def _get_ids_of_member(self, company_id, user_id):
        """Return the ids of the teams of which somebody is a member; cached."""
        domain = [("company_id", "=", company_id), ("member_ids", "in", user_id)]
        return tuple(self._find_active(domain).ids)

    def write(self, vals):
        result = super().write(vals)
        if "policy_id" in vals:
            self.env["service.ticket"]._promise_anew([("team_id", "in", self.ids)])
        elif "calendar_id" in vals:
            domain = [("hours_of", "=", "team"), ("ticket_id.team_id", "in", self.ids)]
            self.env["service.ticket"]._count_anew(domain)
        return result

    def _propose_alias(self, alias_name):
        """Give a team its first address, unless something else has that name."""
        if not self.env["mail.alias"].search_count(
            [("alias_name", "=", alias_name)], limit=1
        ):
            self.alias_name = alias_name

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("service.ticket")
        if self.id:
            values["alias_defaults"] = defaults = ast.literal_eval(
                self.alias_defaults or "{}"
            )
            defaults["team_id"] = self.id
            defaults["company_id"] = self.company_id.id
        return values
