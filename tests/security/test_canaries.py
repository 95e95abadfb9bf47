"""C6: words hidden in others' records come to light nowhere."""

import re

from odoo.tests import tagged
from odoo.tools import mute_logger

from . import odoo_doors
from .world import guarded_models

# What hangs on the suite's records, or stands beside them.
_AROUND = (
    "mail.message",
    "mail.followers",
    "mail.activity",
    "mail.mail",
    "mail.notification",
    "mail.tracking.value",
    "ir.attachment",
    "rating.rating",
    "sale.order",
    "sale.order.line",
    "repair.order",
    "stock.move",
    "hr.employee.public",
    "account.move",
)
# {model: (words, reason)}: what comes to light there and why that is no leak of ours.
_TICKETS = r"\.(own|colleague|other)\.service_ticket\.(name|subject)\."
KNOWN = {
    "mail.followers": (
        r"\.mail_followers\.partner\.",
        "Odoo tells every employee who follows what, by name",
    ),
    "mail.notification": (
        r"\.mail_(activity|message)\.",
        "Odoo tells every employee what a notification is about",
    ),
    "sale.order": (_TICKETS, "who reads an order sees which ticket it is for"),
    "repair.order": (_TICKETS, "the store sees which ticket takes the parts"),
    "service.part.usage": (_TICKETS, "the store sees which ticket takes the parts"),
}
_VISITORS = (
    "public",
    "portal",
    "employee",
    "engineer",
    "seller",
    "storekeeper",
    "accountant",
    "manager_b",
)


@tagged("post_install", "-at_install")
class TestCanaries(odoo_doors.OdooDoors):
    """Over RPC here; through Odoo's own doors in the class above."""

    allow_inherited_tests_method = True

    def test_the_words_are_there(self):
        """A test that finds nothing must be able to find something."""
        text = str(self._everything("manager", "service.ticket"))
        self.assertGreater(len(self._words(text)), 10)
        mine = str(self._everything("portal", "service.ticket"))
        self.assertIn("canary.own.service_ticket.subject.end", mine)
        self.assertIn("canary.own.service_ticket.internal_note.end", text)

    def test_nothing_is_read_over_rpc(self):
        leaks = []
        models = [model._name for model in guarded_models(self.env)] + [*_AROUND]
        for role in _VISITORS:
            allowed = self._allowed(role)
            for name in models:
                with mute_logger("odoo.sql_db", "odoo.models", "odoo.orm.models"):
                    text = str(self._everything(role, name))
                known = KNOWN.get(name, ("", ""))[0]
                for word in self._leaks(role, text, allowed):
                    if not known or not re.search(known, word):
                        leaks.append((role, name, word))
        self.assertEqual(leaks, [])

    def _everything(self, role, name):
        """Yield what the person gets from a model by every way of asking."""
        model = self._as(role, self.env[name])
        record = [place.records.get(name, model).id for place in self.places.values()]
        ids = [record_id for record_id in record if record_id]
        names = [
            field.name
            for field in model._fields.values()
            if field.type not in ("binary", "one2many", "many2many", "properties")
            and not field.name.startswith("avatar_")
        ]
        stored = [name for name in names if model._fields[name].store]
        allowed = [*(self._readable(model, names)), "id"]
        answers = [
            self._try(lambda: model.search_read([], allowed, limit=200)),
            *(self._try(lambda n=n: model.browse(n).read(allowed)) for n in ids),
            self._try(lambda: model.name_search("canary", limit=200)),
            self._try(lambda: model.name_search("", limit=200)),
            self._try(
                lambda: model.web_search_read(
                    [], {name: self._spec(model, name) for name in allowed}, limit=200
                )
            ),
            self._try(lambda: model.search([]).export_data(allowed)),
        ]
        for record_id in ids:
            one = model.browse(record_id)
            answers.append(self._try(lambda one=one: one.export_data(allowed)))
        hidden = [name for name in stored if name not in allowed]
        for field in hidden:
            answers.append(self._try(lambda f=field: model.browse(ids).read([f])))
        for field in stored if model.has_access("read") else ():
            answers.append(
                self._try(lambda f=field: model.formatted_read_group([], [f], []))
            )
        return answers

    def _readable(self, model, names):
        return [
            name
            for name in names
            if model._has_field_access(model._fields[name], "read")
        ]

    def _spec(self, model, name):
        if model._fields[name].type != "many2one":
            return {}
        return {"fields": {"display_name": {}}}

    def test_searching_tells_nothing(self):
        """Neither by a field that is hidden, nor along a path through one."""
        told = []
        for role in ("portal", "engineer", "manager_b", "employee"):
            allowed = self._allowed(role)
            for model in guarded_models(self.env):
                mine = self._as(role, model)
                for field in self._texts(model):
                    for place in self.places.values():
                        word = f"canary.{place.name}.{model._name.replace('.', '_')}"
                        word = f"{word}.{field.name}.end"
                        if word in allowed:
                            continue
                        domain = [(field.name, "=", word)]
                        answer = self._try(lambda m=mine, d=domain: m.search_count(d))
                        if answer.isdigit() and answer != "0":
                            told.append((role, model._name, field.name, place.name))
        self.assertEqual(told, [])
