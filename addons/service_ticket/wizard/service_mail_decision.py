from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceMailDecision(models.TransientModel):
    """Say what becomes of a mail in quarantine."""

    _name = "service.mail.decision"
    _description = "Decide About a Mail"
    _inherit = ["service.dialog"]

    mail_id = fields.Many2one("service.mail", required=True, readonly=True)
    company_id = fields.Many2one(related="mail_id.company_id")
    decision = fields.Selection(
        [
            ("ticket", "Open a new ticket"),
            ("reply", "Put it into a ticket"),
            ("spam", "It is spam"),
        ],
        "What becomes of it?",
        required=True,
        default="ticket",
    )
    ticket_id = fields.Many2one("service.ticket", check_company=True)
    partner_id = fields.Many2one("res.partner", "Customer", check_company=True)
    unit_id = fields.Many2one("stock.lot", "Unit", check_company=True)
    contact_name = fields.Char("Caller")
    contact_email = fields.Char("E-mail")
    subject = fields.Char()
    description = fields.Text()
    reason = fields.Char(help="Why nobody needs to answer it.")

    @api.model
    def default_get(self, fields):
        """Fill in what could be read of the mail."""
        values = super().default_get(fields)
        mail = self.env["service.mail"].browse(
            values.get("mail_id") or self.env.context.get("active_id")
        )
        if not mail or not mail.has_access("read"):
            return values
        tickets = self.env["service.ticket"]
        own = [False, mail.company_id.id]
        partner = tickets._partner_find_from_emails_single(
            [mail.email or ""], no_create=True
        ).filtered(lambda partner: partner.company_id.id in own)[:1]
        name = (mail.sender or "").partition(" <")[0]
        proposed = {
            "mail_id": mail.id,
            "subject": mail.subject or self.env._("(no subject)"),
            "contact_name": name,
            "contact_email": mail.email,
            "description": mail.text,
            "partner_id": partner.id,
            "ticket_id": tickets._find_by_number(
                mail.subject, {"company_id": mail.company_id.id}
            ).id,
        }
        return values | {k: v for k, v in proposed.items() if k in fields}

    def action_decide(self):
        """Do it, once; who decided is on record."""
        self.ensure_one()
        mail = self.mail_id
        if self.decision == "spam":
            if not self.reason:
                raise UserError(self.env._("Say why it is spam."))
            mail._require_undecided()
            mail._decide("spam", reason=self.reason)
            return {"type": "ir.actions.act_window_close"}
        if self.decision == "reply":
            if not self.ticket_id:
                raise UserError(self.env._("Choose the ticket it belongs to."))
            mail._add_to_ticket(self.ticket_id)
            return self.ticket_id.action_open_form()
        return mail._make_ticket(self._prepare_ticket_vals()).action_open_form()

    def _prepare_ticket_vals(self):
        vals = {
            "subject": self.subject or self.env._("(no subject)"),
            "description": self.description,
            "company_id": self.company_id.id,
            "team_id": self.mail_id.team_id.id,
            "contact_name": self.contact_name,
            "contact_email": self.contact_email,
        }
        if not vals["team_id"]:
            del vals["team_id"]
        if self.unit_id:
            return {**vals, "unit_id": self.unit_id.id}
        return {
            **vals,
            "partner_id": self.partner_id.id,
            "site_id": self.partner_id.id,
        }
