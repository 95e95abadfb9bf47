from odoo import fields, models


class ServiceBreachReason(models.Model):
    """The true reason why a promise was broken; what counts is what can be changed."""

    _name = "service.breach.reason"
    _description = "Reason for a Broken Promise"
    _inherit = ["service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    ours = fields.Boolean(
        "Within Our Power", default=True, help="We could have done it in time."
    )


class ServiceMilestone(models.Model):
    _inherit = "service.milestone"

    breach_reason_id = fields.Many2one(
        "service.breach.reason",
        "True Reason",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="Why the promise was broken; never shown to the customer.",
    )

    _broken_due = models.Index("(company_id, due) WHERE status IN ('overdue', 'late')")

    def action_say_why(self):
        """Ask for the true reason why these promises were broken."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why Was It Broken?"),
            "res_model": "service.breach.record",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_milestone_ids": self.ids},
        }
