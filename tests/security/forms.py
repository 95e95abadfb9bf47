"""C7: a form takes its own keys; whatever else is sent with it changes nothing."""

from .routes import ARGUMENTS, TICKET, UNIT
from .world import WorldCase, own_classes, own_models

# {rule: what a person fills in}; a form takes these keys and no other.
FORMS = {
    "/my/service-tickets/report": {"description": "Leaks", "phone": "+32 1"},
    f"{TICKET}/works": {"note": "Thanks"},
    f"{TICKET}/broken": {"note": "Still leaks"},
    f"{TICKET}/complain": {"description": "Nobody came"},
    f"{TICKET}/rate": {"quality": "5", "note": "Fine"},
    f"{UNIT}/report": {"description": "Leaks", "contact": "+32 1", "name": "Me"},
}
# Keys of a form that the fuzzing leaves as the person has filled them in, or empty.
KEYS = {"unit", "symptom", "website", "csrf_token", "files", "description", "phone"}
KEYS |= {"note", "contact", "name", "reason"}
# What differs between two tickets made alike.
_NOISE = {
    "id",
    "name",
    "access_token",
    "create_date",
    "write_date",
    "touched_at",
    "responded_at",
    "opened_at",
    "resolved_at",
    "closed_at",
    "display_name",
    "complaint_ticket_id",
}


class Forms(WorldCase):
    def _forms(self):
        rules = {
            name: rule
            for name, rule in self._suite_rules().items()
            if "POST" in rule.endpoint.routing["methods"]
            and rule.endpoint.routing["type"] == "http"
        }
        self.assertEqual(
            set(rules),
            set(FORMS),
            "Say in FORMS of tests/security/forms.py what a person fills in.",
        )
        return rules

    def _crafted(self, value):
        """Return every name that any model of the suite knows, with this value."""
        names = set()
        models = {model._name for model in own_models(self.env)}
        models |= {name for name, _klass in own_classes(self.env)}
        for model in models:
            names |= self.env[model]._fields.keys()
        names |= {f"default_{name}" for name in self.env["service.ticket"]._fields}
        names |= {"context", "ids", "model", "allowed_company_ids", "uid", "sudo"}
        # Odoo's own wrapper of every route stumbles over “self”: a 500, no harm.
        return dict.fromkeys(names - KEYS - {"self"}, value)

    def test_unknown_keys_change_nothing(self):
        others = self.places["other"]
        values = ("1", str(others["service.ticket"].id), "closed", "\U0001f4a3", "[]")
        for name, rule in self._forms().items():
            self._login("portal" if "/my/" in name else None)
            plain = self._send(rule, FORMS[name])
            for value in values:
                crafted = self._send(rule, {**self._crafted(value), **FORMS[name]})
                with self.subTest(f"{name} {value}"):
                    self.assertEqual(crafted, plain)

    def _send(self, rule, form):
        """Send a form, undo it; return what it has made of the ticket and the rest."""
        with self.env.cr.savepoint() as undo:
            result = self._send_really(rule, form)
            undo.rollback()
        self.env.invalidate_all()
        return result

    def _send_really(self, rule, form):
        self.env["service.rate.limit"].search([]).unlink()
        ticket = self._resolved_ticket() if "ticket_id" in rule.arguments else None
        tickets = self.env["service.ticket"]
        last = tickets.search([], order="id desc", limit=1).id
        before = self._digest()
        values = {name: ARGUMENTS[name](self.places["own"]) for name in rule.arguments}
        if ticket:
            values["ticket_id"] = ticket.id
        answer = self._post(rule.build(values, append_unknown=False)[1], form)
        self.env.invalidate_all()
        changed = tickets.search([("id", ">", last)]) or ticket
        self.assertEqual(len(changed or ()), 1, answer.text[-500:])
        after = self._digest()
        tables = [name for name in after if before[name] != after[name]]
        names = [
            field.name
            for field in tickets._fields.values()
            if field.store and field.type != "one2many" and field.name not in _NOISE
        ]
        [read] = changed.read(names)
        read = {key: value for key, value in read.items() if not key.endswith("_due")}
        messages = [str(body) for body in changed.message_ids.mapped("body")]
        read.pop("id")
        return answer.status_code, read, tables, len(messages)

    def _resolved_ticket(self):
        cause = self.env.ref("service_ticket.cause_component")
        ticket = self._ticket(unit_id=self.unit.id, cause_id=cause.id, outcome="fixed")
        ticket.action_resolve()
        return ticket
