from collections import namedtuple

from odoo import api, fields, models, tools

from .service_sla_policy import CLOCKS

# What the clocks need to know of a step, without a record.
Step = namedtuple("Step", "id company policy severities clock share minutes")


class ServiceEscalationStep(models.Model):
    """Who is told when a promise comes near its end, or is broken."""

    _name = "service.escalation.step"
    _description = "Escalation Step"
    _inherit = ["service.link.guard", "service.cached", "service.archivable"]
    _order = "share, minutes, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: in every company.")

    # For which promises
    policy_id = fields.Many2one(
        "service.sla.policy",
        "Promised Times",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: whatever was promised.",
    )
    severity_ids = fields.Many2many(
        "service.severity", string="Severities", help="Empty: every severity."
    )
    clock = fields.Selection(CLOCKS, "Promise", help="Empty: every promise.")

    # When
    share = fields.Integer(
        "When Used (%)",
        required=True,
        default=75,
        help="Warn when so much of the own aim (without one: of the promised time) is "
        "used. 100: when the promise is broken.",
    )
    minutes = fields.Integer(
        "Minutes After", default=0, help="So many minutes after the promise was broken."
    )

    # Whom
    to_assigned = fields.Boolean(
        "Person Assigned", help="While nobody is assigned: the team."
    )
    to_members = fields.Boolean("Team")
    to_leader = fields.Boolean("Team Leader")
    to_dispatchers = fields.Boolean("Dispatchers")
    to_managers = fields.Boolean("Managers")
    user_ids = fields.Many2many(
        "res.users",
        string="Named People",
        domain="[('share', '=', False)]",
        check_company=True,
    )

    # How
    by_activity = fields.Boolean("Activity", default=True)
    by_mail = fields.Boolean("E-mail")

    _share_is_percent = models.Constraint(
        "CHECK (share BETWEEN 1 AND 100)", "A share lies between 1 and 100 %."
    )
    _minutes_bounded = models.Constraint(
        "CHECK (minutes <= 525600)", "Tell people within a year of the broken promise."
    )
    _minutes_after_breach = models.Constraint(
        "CHECK (minutes >= 0 AND (minutes = 0 OR share = 100))",
        "Minutes count from a broken promise: set the share to 100 %.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._arm()
        return steps

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"name", "sequence", "by_activity", "by_mail"}:
            self._arm()
        return result

    def unlink(self):
        result = super().unlink()
        self._arm()
        return result

    def _arm(self):
        """What runs now is told by the new rules, too."""
        self.env["service.milestone"].sudo()._look_again([])

    @api.model
    @tools.ormcache()
    def _get_all(self):
        """Return all steps as tuples, cached: every promise asks for them."""
        return tuple(
            Step(
                step.id,
                step.company_id.id,
                step.policy_id.id,
                tuple(step.severity_ids.ids),
                step.clock,
                step.share,
                step.minutes,
            )
            for step in self._find_active()
        )

    @api.model
    def _get_steps(self, company_id, policy_id, severity_id, clock):
        """Return the steps for one promise, as tuples."""
        return [
            step
            for step in self._get_all()
            if step.company in (False, company_id)
            and step.policy in (False, policy_id)
            and (not step.severities or severity_id in step.severities)
            and step.clock in (False, clock)
        ]

    def _get_users(self, ticket, roles):
        """Return who is told of this ticket: people who may see it, each once.

        :param roles: ``_get_roles`` of the ticket's company
        """
        team, users = ticket.team_id, self.user_ids
        if self.to_assigned:
            users |= ticket.user_id or team.member_ids or team.leader_id
        if self.to_members:
            users |= team.member_ids
        if self.to_leader:
            users |= team.leader_id
        if self.to_dispatchers:
            users |= roles["dispatchers"]
        if self.to_managers:
            users |= roles["managers"]
        # Nobody left: somebody has to know.
        return self._keep_able(users, ticket.company_id) or roles["dispatchers"]

    @api.model
    def _keep_able(self, users, company):
        """Return those of the users who work in the company."""
        return users.sudo().filtered(
            lambda u: u.active and not u.share and company in u.company_ids
        )

    @api.model
    def _get_roles(self, company):
        """Return {role: users} of a company; its managers where it has no dispatcher."""
        managers, dispatchers = (
            self._keep_able(
                self.env.ref(f"service_ticket.group_service_{role}")
                .sudo()
                .all_user_ids,
                company,
            )
            for role in ("manager", "dispatcher")
        )
        return {
            "managers": managers,
            "dispatchers": dispatchers - managers or managers,
        }
