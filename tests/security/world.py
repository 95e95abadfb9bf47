"""A world to break into: two companies, two customers, everybody's records.

Nothing here names a field, and few lines name a model: what is added to the suite is
filled in from its fields, so that the checks meet it without anybody's help.
"""

import inspect
import os
import re
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import current_thread
from unittest.mock import patch

from odoo import fields, http
from odoo.fields import Command, Domain
from odoo.tests import HttpCase, new_test_user
from odoo.tools import SQL

from odoo.addons.service_dispatch.tests.common import DispatchCase

HERE = Path(__file__).parent
SUITE = "odoo.addons.service_"
PLACES = ("own", "colleague", "other", "company")
# Who knocks; the groups say who that is. Portal users belong to a customer.
INSIDE = {
    "employee": "base.group_user",
    "engineer": "service_ticket.group_service_engineer",
    "agent": "service_ticket.group_service_agent",
    "dispatcher": "service_ticket.group_service_dispatcher",
    "manager": "service_ticket.group_service_manager",
    "seller": "sales_team.group_sale_salesman",
    "storekeeper": "stock.group_stock_user",
    "accountant": "account.group_account_invoice",
}
# What a record hangs on where it belongs to one job.
_JOB = ("service.ticket", "service.visit", "stock.lot", "repair.order")
OUTSIDE = ("public", "portal", "neighbour")
ROLES = (*OUTSIDE, *INSIDE, "manager_b")


def is_suites(function):
    """Say whether a function is written in one of the suite's addons."""
    return getattr(function, "__module__", "").startswith(SUITE)


def own_classes(env):
    """Yield (model name, class) for every class that the suite defines."""
    for name in sorted(env.registry):
        for klass in type(env[name]).__mro__:
            if klass.__module__.startswith(SUITE):
                yield name, klass


def own_models(env):
    """Return the suite's own models, in the order of their names."""
    return [
        env[name]
        for name in sorted(env.registry)
        if (env[name]._original_module or "").startswith("service_")
        and not env[name]._abstract
    ]


def guarded_models(env):
    """Return the suite's models, and those on which it grants or limits rights."""
    names = {model._name for model in own_models(env) if not model._transient}
    for kind in ("ir.model.access", "ir.rule"):
        ids = env["ir.model.data"].search(
            [("module", "=like", "service\\_%"), ("model", "=", kind)]
        )
        rows = env[kind].browse(ids.mapped("res_id")).exists()
        names.update(rows.model_id.mapped("model"))
    return [
        env[name]
        for name in sorted(names)
        if not env[name]._transient and not env[name]._abstract
    ]


def own_fields(env, model):
    """Yield the fields of a model that the suite has added or that are its own."""
    for field in model._fields.values():
        if any((module or "").startswith("service_") for module in field._modules):
            yield field


def is_shared(env, model):
    """Say whether a model's records belong to no company, not even by their parent."""
    return not (
        "company_id" in model._fields
        or any(
            field.type in ("many2one", "many2many")
            and field.store
            and "company_id" in env[field.comodel_name]._fields
            and (env[field.comodel_name]._original_module or "").startswith("service_")
            for field in model._fields.values()
        )
    )


def public_methods(env):
    """Return {(model, method)} that RPC reaches and the suite defines or overrides."""
    return {
        (name, method)
        for name, klass in own_classes(env)
        if not env[name]._abstract
        for method, member in vars(klass).items()
        if inspect.isfunction(member)
        and not method.startswith("_")
        and not _extends_odoo_mixin(env, name, klass, method)
        and not any(
            getattr(vars(base).get(method), "_api_private", False)
            for base in type(env[name]).__mro__
        )
    }


def _extends_odoo_mixin(env, name, klass, method):
    """Say whether a door was Odoo's before, on every model with that mixin."""
    mixin = env.get(klass._name) if klass._name != name else None
    return (
        mixin is not None
        and mixin._abstract
        and any(
            method in vars(base)
            for base in type(mixin).__mro__
            if not base.__module__.startswith(SUITE)
        )
    )


class Place:
    """Whose records these are: an engineer's own, a colleague's, another's, B's."""

    def __init__(self, name, company, customer, contact, engineer):
        self.name = name
        self.company = company
        self.customer = customer
        self.engineer = engineer
        self.records = {
            "res.company": company,
            "res.partner": contact,
            "res.users": engineer,
        }

    def __getitem__(self, model):
        return self.records[model]


class WorldCase(HttpCase, DispatchCase):
    """Sets up one record of every suite model in each of four places."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_a = cls.env.company
        cls.company_b = cls.env["res.company"].create({"name": "Company B"})
        cls.env.user.company_ids += cls.company_b
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company_b)
        cls._set_up_people()
        cls._set_up_places()
        cls.env.flush_all()

    # --- People -------------------------------------------------------------------

    @classmethod
    def _set_up_people(cls):
        partners = cls.env["res.partner"]
        cls.customer_b = partners.create(
            {"name": "Customer of B", "company_id": cls.company_b.id}
        )
        cls.neighbour_partner = partners.create({"name": "Neighbour"})
        cls.people = {
            "public": cls.env.ref("base.public_user"),
            "portal": cls._person("portal", "base.group_portal", cls.customer),
            "colleague": cls._person("colleague", "base.group_portal", cls.customer),
            "neighbour": cls._person(
                "neighbour", "base.group_portal", cls.neighbour_partner
            ),
            "manager_b": cls._person_of_b("manager_b", INSIDE["manager"]),
            "engineer_b": cls._person_of_b("engineer_b", INSIDE["engineer"]),
        }
        for role, groups in INSIDE.items():
            cls.people[role] = cls._person(role, groups)
        cls.engineer.odoobot_state = "disabled"
        cls.people["engineer"] = cls.engineer  # whose van is loaded
        cls.people["engineer_2"] = cls.engineer_2

    @classmethod
    def _person(cls, login, groups, customer=None, **vals):
        vals.setdefault("odoobot_state", "disabled")  # it greets whoever drops in
        user = new_test_user(cls.env, f"door_{login}", groups=groups, **vals)
        if customer:
            user.partner_id.parent_id = customer
        return user

    @classmethod
    def _person_of_b(cls, login, groups):
        company = cls.company_b
        return cls._person(
            login,
            groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    # --- Places -------------------------------------------------------------------

    @classmethod
    def _set_up_places(cls):
        people = cls.people
        colleague = people["colleague"].partner_id
        other = cls.neighbour_partner
        with cls._at_work_in(cls.company_b):
            cls._employee(people["engineer_b"])
            cls._van(people["engineer_b"])
            cls.team_b = cls.env["service.team"].create(
                {"name": "Team B", "company_id": cls.company_b.id}
            )
            cls.journal_b = cls.env["account.journal"].create(
                {"name": "Cash of B", "type": "cash", "company_id": cls.company_b.id}
            )
            cls.team_b.cash_journal_id = cls.journal_b
        cls.furnished = []
        cls.places = {
            place.name: place
            for place in (
                Place("own", cls.company_a, cls.customer, cls.customer, cls.engineer),
                Place(
                    "colleague", cls.company_a, cls.customer, colleague, cls.engineer_2
                ),
                Place("other", cls.company_a, other, other, cls.engineer_2),
                Place(
                    "company",
                    cls.company_b,
                    cls.customer_b,
                    cls.customer_b,
                    people["engineer_b"],
                ),
            )
        }
        for place in cls.places.values():
            with cls._at_work_in(place.company):
                cls._furnish(place)
            cls.furnished.append(place)

    @classmethod
    @contextmanager
    def _at_work_in(cls, company):
        """Let the helpers of the addons' tests work in this company."""
        env, warehouse = cls.env, cls.warehouse
        cls.env = env(context={**env.context, "allowed_company_ids": company.ids})
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        try:
            yield
        finally:
            cls.env, cls.warehouse = env, warehouse

    @classmethod
    def _furnish(cls, place):
        """Give the place a job in full swing, then one record of all other models."""
        records, env = place.records, cls.env
        own = {"company_id": place.company.id}
        records["service.team"] = env["service.team"].search(
            [("company_id", "=", place.company.id)], limit=1
        )
        branch = {"name": f"Branch {place.name}", "member_ids": place.engineer.ids}
        records["service.team.member"] = (
            env["service.team"].create({**branch, **own}).membership_ids
        )
        now = fields.Datetime.now()
        records["service.duty"] = env["service.duty"].create(
            {
                "team_id": records["service.team"].id,
                "user_id": place.engineer.id,
                "start": now,
                "stop": fields.Datetime.add(now, hours=1),
            }
        )
        washer = cls.washer
        if place.company == cls.company_b:
            vals = {"name": "Washer of B", "is_storable": True, "tracking": "serial"}
            washer = env["product.product"].create({"type": "consu", **vals, **own})
        records["product.product"] = washer
        unit = cls._deliver(washer, f"DOOR-{place.name}", place["res.partner"])
        unit.end_customer_id = place["res.partner"]
        unit.company_id = place.company
        records["stock.lot"] = unit
        ticket = cls._ticket(
            unit_id=unit.id, user_id=place.engineer.id, subject=f"Job {place.name}"
        )
        records["service.ticket"] = ticket
        ticket.action_open()
        ticket._agree_on_visit()
        ticket._set_order_line(cls.labour.with_env(env), 1)
        records["sale.order"] = ticket.order_id
        records["sale.order.line"] = ticket.order_id.order_line[:1]
        records["stock.location"] = env["stock.location"].search(
            [("van_user_id", "=", place.engineer.id)]
        )
        employee = env["hr.employee"].search([("user_id", "=", place.engineer.id)])
        records["hr.employee"] = employee
        records["hr.employee.public"] = env["hr.employee.public"].browse(employee.ids)
        records["service.visit.template"] = cls._fill("service.visit.template", place)
        start = fields.Datetime.add(fields.Datetime.now(), hours=2 + len(place.name))
        records["service.visit"] = env["service.visit"]._plan(
            ticket, employee, start, records["service.visit.template"]
        )
        ticket.user_id = place.engineer
        move = ticket._plan_part(cls.belt.with_env(env), 1, place.engineer)
        records["repair.order"] = move.repair_id
        call = env["service.callback"].create(
            {"ticket_id": ticket.id, "due": start, "note": f"Call {place.name}"}
        )
        records["service.callback"] = call
        records["rating.rating"] = ticket._rate("phone", 5, 4, f"Fine {place.name}")
        env.flush_all()
        records["service.part.usage"] = env["service.part.usage"].search(
            [("ticket_id", "=", ticket.id)], limit=1
        )
        meeting = {"team_id": records["service.team"].id, "date_from": start.date()}
        meeting["date_from"] -= timedelta(days=7 * len(cls.furnished))
        records["service.quality.meeting"] = env["service.quality.meeting"].create(
            {**own, **meeting}
        )
        # Whoever owns an action does not check it.
        action = {"name": f"Action {place.name}", "task": "Look", "due": start.date()}
        records["service.corrective.action"] = env["service.corrective.action"].create(
            {**own, **action, "user_id": place.engineer.id, "ticket_id": ticket.id}
        )
        for model in own_models(env):
            if model._name not in records:
                found = cls._find(model, place, cls.furnished)
                records[model._name] = found or cls._fill(model._name, place)

    @classmethod
    def _find(cls, model, place, taken):
        """Return what the place has already, be it made by the suite itself."""
        if is_shared(cls.env, model):
            return model.search([], limit=1)
        for field in model._fields.values():
            if field.type != "many2one" or not field.store:
                continue
            known = place.records.get(field.comodel_name)
            if known and field.comodel_name in _JOB:
                found = model.search([(field.name, "=", known.id)])
                found -= model.union(
                    *(p.records.get(model._name, model) for p in taken)
                )
                if found:
                    return found[0]
        return model.browse()

    @classmethod
    def _fill(cls, name, place):
        """Make a record of any model for this place, from what its fields ask for."""
        model = cls.env[name].sudo()
        assert model._auto, f"{name} is a view: make its record in WorldCase._furnish"
        try:
            with cls.env.cr.savepoint():
                return model.create(cls._prepare(name, place)).with_env(cls.env)
        except Exception as error:
            raise AssertionError(
                f"A record of {name} can't be made from its fields for the place "
                f"“{place.name}”: make one in WorldCase._furnish. ({error})"
            ) from error

    @classmethod
    def _prepare(cls, name, place):
        """Return values for a new record of any model."""
        vals = {}
        for field in cls.env[name]._fields.values():
            if not field.store or field.related or field.name in ("id", "state"):
                continue
            texts = field.type in ("char", "text", "html") and not field.compute
            wanted = field.required or field.name == "company_id" or texts
            if field.type == "many2one" and not field.name.endswith("_uid"):
                wanted |= field.comodel_name in place.records and not field.compute
            if field.type == "many2many":
                wanted |= field.name in ("ticket_ids", "visit_ids")
            if wanted and not (field.default and field.type != "many2one"):
                vals[field.name] = cls._value(field, place)
        return vals

    @classmethod
    def _value(cls, field, place):
        if field.type == "many2one":
            known = place.records.get(field.comodel_name)
            if known is None:
                known = cls._find_or_fill(field.comodel_name, place)
            return known.id
        if field.type == "many2many":
            return [Command.set(place[field.comodel_name].ids)]
        now = fields.Datetime.now()
        return {
            "char": f"{place.name} {field.name}",
            "text": f"{place.name} {field.name}",
            "html": f"<p>{place.name} {field.name}</p>",
            "integer": 1,
            "float": 1.0,
            "monetary": 1.0,
            "boolean": False,
            "date": now.date(),
            "datetime": now,
            "selection": field.type == "selection" and cls._first(field),
        }[field.type]

    @classmethod
    def _first(cls, field):
        values = field.get_values(cls.env)
        return values[0] if values else False

    @classmethod
    def _find_or_fill(cls, name, place):
        found = cls._find(cls.env[name], place, cls.furnished)
        own = (found._original_module or "").startswith("service_")
        if not found and (not own or is_shared(cls.env, found)):
            domain = Domain.TRUE
            if "company_id" in found._fields:
                domain = Domain("company_id", "in", (False, place.company.id))
            found = found.search(domain, limit=1)
        found = found or cls._fill(name, place)
        place.records[name] = found
        return found

    # --- What the tests share -----------------------------------------------------

    def _record(self, name, place):
        """Return the place's record of any model, Odoo's own ones as well."""
        model = self.env[name]
        if name not in place.records:
            domain = Domain.TRUE
            if "company_id" in model._fields:
                domain = Domain("company_id", "=", place.company.id)
            place.records[name] = model.search(domain, limit=1)
        return place.records[name]

    def _user(self, role):
        return self.people[role]

    def _as(self, role, record):
        """Return the record as this person, without the helpers' company."""
        return record.with_env(self.env(user=self._user(role), context={}))

    def _login(self, role):
        user = role and role != "public" and self.people[role]
        self.authenticate(user and user.login, user and user.login)

    def _suite_rules(self):
        """Return {rule: werkzeug's rule} of the routes that the suite defines."""
        with patch.object(current_thread(), "dbname", self.env.cr.dbname, create=True):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        return {
            rule.rule: rule
            for rule in rules
            if is_suites(getattr(rule.endpoint.func, "__func__", rule.endpoint.func))
        }

    def _post(self, url, data=None, **kwargs):
        """Send a form as a browser does, with its token against forgery."""
        data = {**(data or {}), "csrf_token": http.Request.csrf_token(self)}
        return self.url_open(url, data=data, allow_redirects=False, **kwargs)

    def _digest(self):
        """Return {table: digest} of the suite's tables, and of what hangs on them."""
        self.env.flush_all()
        tables = {
            model._table
            for model in guarded_models(self.env)
            if model._auto and model._name != "service.rate.limit"
        }
        for name in ("mail.message", "ir.attachment", "mail.followers", "sale.order"):
            tables.add(self.env[name]._table)
        query = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s, md5(string_agg((to_jsonb(t) - %s::text[])::text, '|' ORDER BY t.id)) "
                "FROM %s t",
                table,
                # The portal's page makes the token when it is opened.
                ["access_token", "write_date", "write_uid"],
                SQL.identifier(table),
            )
            for table in sorted(tables)
        )
        return dict(self.env.execute_query(query))

    @staticmethod
    def _shape(text):
        """Return what a page looks like without numbers and tokens."""
        return re.sub(r"[0-9a-f]{16,}\w*|\d+", "#", text)

    def _lines_of(self, name, lines):
        """Return the lines of a checked-in list.

        Where SECURITY_UPDATE names a folder, what is true now is written there first.
        """
        folder = os.environ.get("SECURITY_UPDATE")
        if folder:
            (Path(folder) / name).write_text("".join(f"{line}\n" for line in lines))
        path = Path(folder or HERE) / name
        return path.read_text().splitlines()
