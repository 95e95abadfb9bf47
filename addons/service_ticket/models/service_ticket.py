from odoo import api, fields, models
from odoo.exceptions import UserError

from .service_callback_rule import OUTCOMES
from .service_transition import STATES

KINDS = [
    ("fault", "Fault"),
    ("consultation", "Consultation"),
    ("installation", "Installation"),
    ("inspection", "Inspection"),
    ("support", "Planned support"),
    ("training", "Training"),
    ("complaint", "Complaint"),
]
CHANNELS = [
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("desk", "Counter"),
    ("portal", "Portal"),
    ("qr", "QR Label"),
    ("other", "Other"),
]


class ServiceTicket(models.Model):
    """One request of one customer, served to its end (R152)."""

    _name = "service.ticket"
    _description = "Service Ticket"
    _inherit = ["mail.thread.cc", "mail.activity.mixin", "rating.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "subject", "unit_id.name", "partner_id.name"]

    name = fields.Char(
        "Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    subject = fields.Char(index="trigram", tracking=True)
    kind = fields.Selection(KINDS, required=True, default="fault")
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="new",
        index=True,
        tracking=True,
        group_expand=True,
    )
    waiting_reason_id = fields.Many2one(
        "service.waiting.reason", "Waiting For", readonly=True, copy=False
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    team_id = fields.Many2one(
        "service.team",
        check_company=True,
        index="btree_not_null",
        compute="_compute_team_id",
        store=True,
        readonly=False,
    )
    user_id = fields.Many2one(
        "res.users",
        "Assigned To",
        domain="[('share', '=', False)]",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        copy=False,
    )

    # What is wrong
    symptom_id = fields.Many2one(
        "service.fault.code",
        domain="[('kind', '=', 'symptom')]",
        index="btree_not_null",
    )
    description = fields.Text(help="What the customer says, in the customer's words.")
    wished_at = fields.Datetime("Wished For", help="When the customer wants us.")
    severity_id = fields.Many2one(
        "service.severity",
        required=True,
        index=True,
        tracking=True,
        compute="_compute_severity_id",
        precompute=True,
        store=True,
        readonly=False,
    )
    severity_definition = fields.Text(compute="_compute_severity_definition")
    support_mode = fields.Selection(
        [("phone", "Phone"), ("onsite", "On site"), ("workshop", "Workshop")],
        "Served",
        default="phone",
        required=True,
        tracking=True,
    )

    # What it was
    cause_id = fields.Many2one(
        "service.fault.code",
        domain="[('kind', '=', 'cause')]",
        index="btree_not_null",
        tracking=True,
        copy=False,
    )
    fault_class = fields.Selection(
        related="cause_id.fault_class", store=True, string="Fault Class"
    )
    remedy_id = fields.Many2one(
        "service.fault.code",
        domain="[('kind', '=', 'remedy')]",
        index="btree_not_null",
        copy=False,
    )
    diagnosis = fields.Text(copy=False)
    work_done = fields.Text(copy=False)
    internal_note = fields.Text(copy=False, help="Never shown to the customer.")
    outcome = fields.Selection(
        OUTCOMES, copy=False, help="Decides how soon the customer is called back."
    )

    # When
    opened_at = fields.Datetime(
        "Received", required=True, default=fields.Datetime.now, copy=False
    )
    resolved_at = fields.Datetime(readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    transition_ids = fields.One2many("service.transition", "ticket_id", "Log")
    callback_ids = fields.One2many("service.callback", "ticket_id", "Callbacks")
    callback_due = fields.Datetime(compute="_compute_callback_due")

    _open_by_due = models.Index(
        "(next_due, id) WHERE state IN ('new', 'open', 'waiting')"
    )

    # --- Defaults and computes -------------------------------------------------

    @api.model
    def _default_severity_id(self):
        """The mildest severity: whoever takes the call raises it."""
        return self.env["service.severity"]._get_mildest()

    @api.depends("company_id")
    def _compute_team_id(self):
        """See service_ticket_team.py."""

    @api.depends("callback_ids.due", "callback_ids.state")
    def _compute_callback_due(self):
        for ticket in self:
            owed = ticket.callback_ids.filtered(lambda call: call.state == "owed")
            ticket.callback_due = owed[:1].due

    @api.depends("name", "subject")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for ticket in self:
            number = self.env._("New call") if ticket.name == "/" else ticket.name
            ticket.display_name = f"{number} {ticket.subject or ''}".rstrip()

    @api.onchange("symptom_id", "unit_id")
    def _onchange_subject(self):
        """Propose a subject from what is known; what was typed stays."""
        proposed = self.symptom_id.name or ""
        if proposed and (not self.subject or self.subject == self._origin.subject):
            self.subject = proposed

    # --- CRUD --------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        numbers = iter(self._next_numbers(len(vals_list)))
        severity = self._default_severity_id()  # once, not once a ticket
        chosen = "default_severity_id" in self.env.context
        for vals in vals_list:
            vals["name"] = next(numbers)
            if not (chosen or vals.get("criterion_ids")):
                vals.setdefault("severity_id", severity.id)
        creating = self
        if len(vals_list) > 1:  # when and by whom stands in the log of states, too
            creating = self.with_context(mail_create_nolog=True)
        tickets = super(ServiceTicket, creating).create(vals_list).with_env(self.env)
        tickets._start_clocks(fresh=True)
        return tickets

    def write(self, vals):
        result = super().write({**vals, **self._prepare_touched_vals(vals)})
        # A unit brings its customer, and with the customer a policy.
        if self._get_promise_fields() & vals.keys():
            self._start_clocks()
        elif "opened_at" in vals:
            self._replay_clocks()
        if {"cause_id", "unit_id"} & vals.keys():
            self._on_diagnosis_changed()
        return result

    def _check_company(self, fnames=None):
        """Odoo asks record by record: of a batch, each link is asked about once."""
        if fnames is None or "company_id" in fnames:
            fnames = self._fields
        fields_ = [self._fields[name] for name in fnames]
        names = [one.name for one in fields_ if one.relational and one.check_company]
        asked = {}
        for ticket in self.sudo() if len(self) > 1 else ():
            for name in names:
                link = name, ticket.company_id.id, ticket[name]._ids
                asked.setdefault(link, ticket.id)
        differing = self.browse(dict.fromkeys(asked.values())) if asked else self
        return super(ServiceTicket, differing)._check_company(fnames)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_new(self):
        """A request that somebody worked on is kept (R167); it can be cancelled."""
        worked_on = self.filtered(lambda ticket: ticket.state != "new")
        if worked_on:
            raise UserError(
                self.env._(
                    "%s was already worked on and stays on record. Cancel it instead.",
                    ", ".join(worked_on.mapped("name")),
                )
            )

    @api.model
    def _next_numbers(self, count):
        """Return `count` ticket numbers, with one query where gaps are allowed."""
        known = self.env["ir.model.data"]._xmlid_to_res_id  # cached, unlike `ref`
        sequence = self.env["ir.sequence"].sudo()
        sequence = sequence.browse(known("service_ticket.sequence_ticket"))
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _ticket in range(count)]
        self.env.cr.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)",
            [f"ir_sequence_{sequence.id:03d}", count],
        )
        return [sequence.get_next_char(row[0]) for row in self.env.cr.fetchall()]

    # --- Hooks for the layers above ----------------------------------------------

    def _on_diagnosis_changed(self):
        """The cause or the unit changed: layers above judge anew who pays."""
