"""D1: nobody of company A links anything to a record of company B."""

import psycopg2

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from .world import WorldCase, guarded_models, own_fields, own_models

# {model.field: reason} for links that may cross.
EXCEPTIONS = {
    "service.sla.target.calendar_id": "Odoo shows everybody all companies' calendars",
}
_ALL_RIGHTS = ",".join(
    (
        "service_ticket.group_service_manager",
        "stock.group_stock_manager",
        "sales_team.group_sale_manager",
        "account.group_account_manager",
        "hr.group_hr_manager",
    )
)


class Companies(WorldCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people["chief"] = cls._person("chief", _ALL_RIGHTS)

    def _links(self):
        """Yield every field of the suite that can hold a record of a company."""
        names = {model._name for model in [*guarded_models(self.env)]}
        names |= {model._name for model in own_models(self.env)}
        names |= set(self.env.registry)
        for name in sorted(names):
            model = self.env[name]
            if model._abstract:
                continue
            for field in own_fields(self.env, model):
                if field.type not in ("many2one", "many2many") or not field.store:
                    continue
                if field.name in ("create_uid", "write_uid") or field.related:
                    continue
                foreign = self._foreign(field.comodel_name)
                if foreign:
                    yield model, field, foreign

    def _foreign(self, name):
        """Return a record of company B alone, or none where the model has no companies."""
        model = self.env[name]
        if "company_id" not in model._fields and name != "res.users":
            return model
        known = self.places["company"].records.get(name, model)
        if "company_id" in model._fields and not known.company_id:
            known = model.search([("company_id", "=", self.company_b.id)], limit=1)
        return known

    def test_no_link_crosses(self):
        crossed, tried = [], 0
        for model, field, foreign in self._links():
            key = f"{model._name}.{field.name}"
            if key in EXCEPTIONS:
                continue
            value = foreign.id
            if field.type == "many2many":
                value = [Command.link(foreign.id)]
            for way in (self._write, self._create):
                tried += 1
                if self._crosses(way, model, field, foreign, value):
                    crossed.append((way.__name__, key))
        self.assertGreater(tried, 40)
        self.assertEqual(crossed, [], "Set check_company, or a rule; see EXCEPTIONS.")

    def _crosses(self, way, model, field, foreign, value):
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                record = way(model, field, value)
                self.env.flush_all()
                linked = record and foreign in record.sudo()[field.name]
                raise _Undo(linked)
        except _Undo as undone:
            return undone.args[0]
        except (UserError, psycopg2.Error):
            return False
        finally:
            self.env.invalidate_all()

    def _write(self, model, field, value):
        record = self.places["own"].records.get(model._name)
        if not record:
            record = model.search(self._own_domain(model), limit=1)
        record = self._as("chief", record)
        if model._transient:  # a dialog is its user's own
            record = record.create(self._prepare(model._name, self.places["own"]))
        record.write({field.name: value})
        return record

    def _own_domain(self, model):
        if "company_id" not in model._fields:
            return []
        return [("company_id", "=", self.company_a.id)]

    def _create(self, model, field, value):
        if not (model._original_module or "").startswith("service_"):
            return None
        place = self.places["own"]
        vals = {} if not model._auto else self._prepare(model._name, place)
        record = self._as("chief", model).create({**vals, field.name: value})
        return record


class _Undo(Exception):
    pass
