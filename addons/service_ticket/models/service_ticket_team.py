"""Which branch has a ticket: found by rule, chosen by hand, or handed over."""

from odoo import api, fields, models

from ..engine import branch


def _read_path(record):
    """Return the ids of a record of a tree and of those above, nearest first."""
    path = record.parent_path or ""
    return [int(one) for one in reversed(path.split("/")[:-1])]


class _Reason:
    """Why a ticket is handed over; an RPC client can't put it into a context."""

    def __init__(self, reason, note):
        self.reason, self.note = reason, note


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    team_found_by = fields.Selection(
        [
            ("hand", "Chosen by hand"),
            ("handover", "Handed over"),
            ("address", "Mail to the team's address"),
            ("customer", "The customer's own branch"),
            ("region_category", "Region of the site and kind of product"),
            ("region", "Region of the site"),
            ("category", "Kind of product"),
            ("member", "Team of who took the request"),
            ("first", "First team of the company"),
        ],
        "Team Found By",
        compute="_compute_team_found_by",
        store=True,
        help="Why the ticket is with this team.",
    )
    team_by_hand = fields.Boolean(store=False)  # on a form that is not saved yet
    handover_ids = fields.One2many("service.handover", "ticket_id", "Hand-Overs")
    handover_count = fields.Integer(
        "Hand-Overs (Number)",
        readonly=True,
        copy=False,
        help="How often the ticket went to another team: one call is served to its end.",
    )
    hotline = fields.Char("Our Hotline", compute="_compute_hotline")

    _handed_over = models.Index("(handover_count) WHERE handover_count > 0")

    @api.model
    def _get_recorded_fields(self):
        return super()._get_recorded_fields() | {"handover_count"}

    @api.model
    def _get_portal_fields(self):
        return super()._get_portal_fields() | {"hotline"}

    @api.depends("team_id.hotline_shown", "company_id.phone")
    def _compute_hotline(self):
        for ticket in self:
            # sudo: a number for customers is no secret
            here = ticket.sudo()
            ticket.hotline = here.team_id._get_hotline() or here.company_id.phone

    # --- Finding a team -----------------------------------------------------------------

    @api.depends("company_id", "partner_id", "site_id", "product_id")
    def _compute_team_id(self):
        """Find a team for what is new; what has one keeps it until it is handed over."""
        for ticket in self:
            own = ticket.team_id.company_id == ticket.company_id
            if not own or not (ticket._origin or ticket.team_by_hand):
                ticket.team_id = ticket._find_team()[0]

    @api.onchange("team_id")
    def _onchange_team_id(self):
        """What somebody chose on the form stays, whatever else is filled in."""
        self.team_by_hand = self.team_id.id != self._find_team()[0]

    @api.depends("team_id")
    def _compute_team_found_by(self):
        for ticket in self:
            team, why = ticket._find_team()
            if not ticket.team_id:
                why = False
            elif ticket.handover_count:
                why = "handover"
            elif ticket.team_id.id != team:
                why = "address" if ticket.channel == "email" else "hand"
            ticket.team_found_by = why

    def _find_team(self):
        """Return (team id, why); from what is cached, without a query of its own."""
        self.ensure_one()
        company, teams = self.company_id, self.env["service.team"]
        # sudo: the customer's file decides, whoever takes the call
        customer = self.partner_id.commercial_partner_id.sudo().service_team_id
        if customer and customer.company_id == company and customer.active:
            return customer.id, "customer"
        found = branch.find(
            teams._get_branches(company.id),
            self._get_region_line(),
            self._get_category_line(),
        )
        if found[0]:
            return found
        mine = teams._get_ids_of_member(company.id, self.env.uid)
        if mine:
            return mine[0], "member"
        first = teams._get_ids_of(company.id)[:1]
        return (first[0], "first") if first else (False, False)

    def _get_region_line(self):
        """Return the ids of the site's region and of what it lies in, nearest first."""
        # sudo: as above
        site = (self.site_id or self.partner_id).sudo()
        region = site.service_region_id or self.partner_id.sudo().service_region_id
        return _read_path(region)

    def _get_category_line(self):
        """Return the ids of the product's category and those above, nearest first."""
        return _read_path(self.product_id.sudo().categ_id)

    @api.model_create_multi
    def create(self, vals_list):
        self._prefer_own_branch(vals_list)
        return super().create(vals_list)

    @api.model
    def _prefer_own_branch(self, vals_list):
        """Who has a branch of the own goes there, whatever address the mail went to."""
        partners = self.env["res.partner"].sudo()
        for vals in vals_list:
            if vals.get("channel") != "email" or not vals.get("team_id"):
                continue
            partner = partners.browse(vals.get("partner_id") or ())
            own = partner.commercial_partner_id.service_team_id
            team = self.env["service.team"].sudo().browse(vals["team_id"])
            if own.active and own.company_id == team.company_id:
                vals["team_id"] = own.id

    # --- Handing over -----------------------------------------------------------------

    def write(self, vals):
        """Whoever changes the team, from wherever, hands the ticket over."""
        if "team_id" not in vals:
            return super().write(vals)
        before = {ticket: (ticket.team_id, ticket.user_id) for ticket in self}
        result = super().write(vals)
        moved = self.sudo().filtered(
            lambda ticket: before[ticket][0]
            and before[ticket][0] != ticket.team_id
            and "company_id" not in vals
        )
        if moved:
            moved._record_handover(before, keep_user="user_id" in vals)
        return result

    def _record_handover(self, before, keep_user=False):
        """Log the hand-over of these tickets, and let go who is not of the new team."""
        vals_list = [ticket._prepare_handover_vals(*before[ticket]) for ticket in self]
        for count, tickets in self.grouped("handover_count").items():
            tickets.handover_count = count + 1
        if not keep_user:
            left = self.filtered(
                lambda ticket: ticket.user_id
                and ticket.team_id
                and ticket.user_id not in ticket.team_id.member_ids
            )
            left.user_id = False
        self.env["service.handover"].create(vals_list)._tell()

    def _prepare_handover_vals(self, team, user):
        self.ensure_one()
        now = fields.Datetime.now()
        last = self.handover_ids.sorted("id")[-1:]
        given = self.env.context.get("service_handover")
        given = given if isinstance(given, _Reason) else _Reason(None, False)
        since = last.at or self.opened_at
        return {
            "ticket_id": self.id,
            "at": now,
            "user_id": self.env.uid,
            "from_team_id": team.id,
            "to_team_id": self.team_id.id,
            "from_user_id": user.id,
            "reason_id": given.reason and given.reason.id,
            "note": given.note,
            "lay_hours": max((now - since).total_seconds() / 3600, 0.0),
            "is_back": bool(last) and last.from_team_id == self.team_id,
        }

    def _hand_over(self, team, reason, note=False):
        """Hand the tickets to another team, with the reason."""
        self.check_access("write")
        why = _Reason(reason, note)
        self.with_context(service_handover=why).write({"team_id": team.id})

    def action_hand_over(self):
        """Ask to whom the tickets go, and why."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over"),
            "res_model": "service.ticket.handover",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_ticket_ids": self.ids},
        }

    def action_view_handovers(self):
        """Show where the ticket has been."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_ticket.service_handover_action"
        )
        return action | {"domain": [("ticket_id", "=", self.id)], "context": {}}
