"""The door for other systems: one promised method over Odoo's JSON-2 API (B4)."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

_TEXTS = {
    "subject": 500,
    "description": 100_000,
    "contact_name": 200,
    "contact_phone": 64,
    "contact_email": 254,
    "reference": 100,
}


class ServiceTicket(models.Model):
    _inherit = "service.ticket"

    channel = fields.Selection(
        selection_add=[("api", "Other System")], ondelete={"api": "set default"}
    )

    @api.model
    def report(
        self,
        subject,
        description=None,
        kind="fault",
        serial=None,
        product=None,
        customer=None,
        severity=None,
        team=None,
        contact_name=None,
        contact_phone=None,
        contact_email=None,
        reference=None,
        idempotency_key=None,
    ):
        """Open a ticket for another system; called again with its key, only once.

        Promised to integrators: parameters and answer only ever grow. See
        docs/integrators.md.

        :param serial: serial number of a unit; `product` (internal reference) where
            several products share it
        :param customer: internal reference or e-mail address of a customer
        :param severity: level of a severity, 1 is the worst
        :param team: name of a team
        :param reference: number that the other system gave it
        :return: {id, number, access_url, promises: [{clock, due}]}
        :raise ValidationError: with every value that can't be taken, in a line each
        :raise KeyReused: where the key came with other values (HTTP 409)
        """
        body = {name: value for name, value in locals().items() if name != "self"}
        key = body.pop("idempotency_key")
        body.pop("__class__", None)
        self.check_access("create")
        call = self.env["service.api.call"].sudo()
        if key is not None:
            call = call._begin(key, body)
            if call.answer:
                return call.answer
        ticket = self.create(self._prepare_api_vals(body))
        answer = ticket._get_api_answer()
        if call:
            call.write({"ticket_id": ticket.id, "answer": answer})
        return answer

    def _get_api_answer(self):
        self.ensure_one()
        return {
            "id": self.id,
            "number": self.name,
            "access_url": f"{self.get_base_url()}{self.access_url}",
            "promises": [
                {"clock": promise.clock, "due": f"{promise.due.isoformat()}Z"}
                for promise in self.sudo().milestone_ids.sorted("clock")
                if promise.due
            ],
        }

    @api.model
    def _prepare_api_vals(self, body):
        """Return the values of a ticket, or say all that is wrong with them at once."""
        problems = []
        vals = {"channel": "api", "company_id": self.env.company.id}
        for name, limit in _TEXTS.items():
            if body[name] is not None and not isinstance(body[name], str):
                problems.append(self.env._("%s: a text, please.", name))
            vals[name] = self._clean_text(body[name], limit) or False
        vals["external_reference"] = vals.pop("reference")
        if not vals["subject"]:
            problems.append(self.env._("subject: say what it is about."))
        kinds = dict(self._fields["kind"].selection)
        vals["kind"] = body["kind"]
        if body["kind"] not in kinds:
            problems.append(self.env._("kind: one of %s, please.", ", ".join(kinds)))
        customer = self._find_api_customer(body["customer"], problems)
        unit = self._find_api_unit(body["serial"], body["product"], problems)
        self._refuse_foreign_unit(customer, unit, problems)
        vals |= self._find_api_team(body["team"], problems)
        vals |= self._find_api_severity(body["severity"], problems)
        if problems:
            raise ValidationError("\n".join(problems))
        if unit:
            vals["unit_id"] = unit.id
        if customer and (not unit or not unit.end_customer_id):
            vals |= {"partner_id": customer.id, "site_id": customer.id}
        return vals

    @api.model
    def _own_domain(self):
        return Domain("company_id", "in", [False, self.env.company.id])

    @api.model
    def _find_api_customer(self, value, problems):
        partners = self.env["res.partner"]
        if value is None:
            return partners
        text = self._clean_text(value, 254)
        domain = Domain("ref", "=", text)
        if "@" in text:
            domain |= Domain("email_normalized", "=", text.lower())
        found = partners
        if text:
            found = partners.search(domain & self._own_domain(), limit=3)
        if len(found) > 1:
            found = found.filtered(lambda partner: partner.ref == text) or found
        if len(found) != 1:
            problems.append(
                self.env._("customer: “%s” is known to several customers.", text)
                if found
                else self.env._(
                    "customer: nobody has the reference or e-mail “%s”.", text
                )
            )
        return found[:1]

    @api.model
    def _find_api_unit(self, serial, product, problems):
        units = self.env["stock.lot"]
        if serial is None:
            return units
        text = self._clean_text(serial, 100)
        domain = Domain("name", "=", text) & self._own_domain()
        if product is not None:
            code = self._clean_text(product, 100)
            domain &= Domain("product_id.default_code", "=", code)
        found = units.search(domain, limit=2) if text else units
        if len(found) > 1:
            problems.append(
                self.env._("serial: several units have “%s”; name the product.", text)
            )
        elif not found:
            problems.append(self.env._("serial: no unit has “%s”.", text))
        return found[:1]

    @api.model
    def _refuse_foreign_unit(self, customer, unit, problems):
        owner = unit.end_customer_id.commercial_partner_id
        if customer and owner and owner != customer.commercial_partner_id:
            problems.append(
                self.env._("serial: the unit stands at another customer than named.")
            )

    @api.model
    def _find_api_team(self, value, problems):
        if value is None:
            return {}
        team = self.env["service.team"].search(
            [
                ("name", "=", self._clean_text(value, 200)),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        if not team:
            problems.append(self.env._("team: there is none named “%s”.", value))
        return {"team_id": team.id}

    @api.model
    def _find_api_severity(self, value, problems):
        if value is None:
            return {}
        severities = self.env["service.severity"].search([])
        found = severities.filtered(lambda severity: severity.level == value)
        if isinstance(value, bool) or not isinstance(value, int) or not found:
            levels = ", ".join(str(level) for level in severities.mapped("level"))
            problems.append(self.env._("severity: one of %s, please.", levels))
        return {"severity_id": found[:1].id}
