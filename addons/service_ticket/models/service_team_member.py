"""Who works at a branch, and as what."""

from odoo import api, fields, models
from odoo.fields import Command


class ServiceTeamRole(models.Model):
    """What somebody is at a branch: engineer, clerk, technical section (R128)."""

    _name = "service.team.role"
    _description = "Role in a Branch"
    _inherit = ["service.archivable"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)


class ServiceTeamMember(models.Model):
    """One person in one branch, with the role there."""

    _name = "service.team.member"
    _description = "Member of a Branch"
    _inherit = ["service.cached", "service.link.guard"]
    _order = "team_id, role_id, id"
    _rec_name = "user_id"
    _check_company_auto = True

    team_id = fields.Many2one(
        "service.team", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        "Member",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('share', '=', False)]",
        check_company=True,
    )
    role_id = fields.Many2one("service.team.role", "Role", index="btree_not_null")

    _once = models.UniqueIndex(
        "(team_id, user_id)", "This person is a member of the team already."
    )


class ServiceTeam(models.Model):
    _inherit = "service.team"

    membership_ids = fields.One2many(
        "service.team.member", "team_id", "Members and Roles"
    )
    member_ids = fields.Many2many(
        compute="_compute_member_ids",
        inverse="_inverse_member_ids",
        store=True,
        readonly=False,
    )

    @api.depends("membership_ids.user_id")
    def _compute_member_ids(self):
        for team in self:
            team.member_ids = team.membership_ids.user_id

    def _inverse_member_ids(self):
        for team in self:
            known, wanted = team.membership_ids, team.member_ids
            gone = known.filtered(lambda one, w=wanted: one.user_id not in w)
            team.membership_ids = [
                *(Command.delete(one.id) for one in gone),
                *(
                    Command.create({"user_id": user.id})
                    for user in wanted - known.user_id
                ),
            ]
