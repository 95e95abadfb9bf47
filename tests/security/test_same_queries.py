"""G5: a list costs the same number of queries for few rows and for many."""

from odoo.tests import tagged

from odoo.addons.service_ticket.tests import test_portal
from odoo.addons.service_ticket.tests.test_portal import HOME

from .world import own_models

_FEW, _MANY = 10, 1000
# {model: reason} where a list is never long.
SHORT = {}


@tagged("post_install", "-at_install")
class TestSameQueries(test_portal.PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.ticket"].search([]).flush_recordset()
        cls._add(_FEW)

    @classmethod
    def _add(cls, count):
        """Let that many requests come in, by turns assigned and resolved."""
        customers = cls.env["res.partner"].create(
            [
                {"name": f"Guest {n}", "parent_id": cls.customer.id}
                for n in range(min(count, 40))
            ]
        )
        units = cls.env["stock.lot"].create(
            [
                {
                    "name": f"Q-{cls.env.cr.now():%f}-{count}-{n}",
                    "product_id": cls.washer.id,
                    "end_customer_id": customers[n % len(customers)].id,
                }
                for n in range(count)
            ]
        )
        tickets = cls.env["service.ticket"].create(
            [
                {
                    "subject": f"Request {n}",
                    "unit_id": unit.id,
                    "user_id": (cls.engineer | cls.agent)[n % 2].id,
                    "cause_id": cls.env.ref("service_ticket.cause_component").id,
                    "outcome": "fixed",
                }
                for n, unit in enumerate(units)
            ]
        )
        tickets.action_open()
        tickets[::4].action_resolve()  # each owes a callback
        cls.env.flush_all()

    def _count(self, function):
        """Return the queries of a call that finds nothing in a cache."""
        function()  # what is cached for all users is not what a list costs
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function()
        return self.cr.sql_log_count - before

    def _lists(self):
        """Yield (name, call) for every list and board that the suite's menus open."""
        actions = self.env["ir.actions.act_window"].search(
            [("res_model", "in", [*(m._name for m in own_models(self.env))])]
        )
        seen = set()
        for action in actions.sorted("id"):
            model = self.env[action.res_model].with_user(self.manager)
            if model._transient or not model.has_access("read"):
                continue
            for mode in {"list", "kanban"} & set(action.view_mode.split(",")):
                if (model._name, mode) not in seen:
                    seen.add((model._name, mode))
                    yield f"{model._name} {mode}", self._reader(model, mode)

    def _reader(self, model, mode):
        views = model.get_views([(False, mode)])
        names = views["models"][model._name]["fields"]
        shown = {
            node.get("name")
            for node in self._nodes(views["views"][mode]["arch"])
            if node.get("name") in names
        }
        spec = {
            name: {"fields": {"display_name": {}}}
            if model._fields[name].type in ("many2one", "many2many")
            else {}
            for name in shown
            if model._fields[name].type not in ("one2many", "binary")
        }
        return lambda: model.web_search_read([], spec, limit=_MANY)

    @staticmethod
    def _nodes(arch):
        from lxml import etree

        return [
            node
            for node in etree.fromstring(arch).iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        ]

    def _pages(self):
        self._login(self.owner)
        for url in (HOME, "/my/service-units", f"{HOME}/new", "/my/home"):
            yield url, lambda url=url: self.url_open(url)
        intake = self.env["service.ticket"].with_user(self.agent)
        unit = self.unit.id
        yield (
            "intake",
            lambda: intake.onchange(
                {"unit_id": unit},
                ["unit_id"],
                {
                    "unit_id": {},
                    "partner_id": {},
                    "duplicate_ids": {},
                    "last_ticket_ids": {},
                },
            ),
        )

    def test_few_rows_cost_as_much_as_many(self):
        calls = [*self._lists(), *self._pages()]
        self.assertGreater(len(calls), 8)
        few = {name: self._count(call) for name, call in calls}
        self._add(_MANY)
        many = {name: self._count(call) for name, call in calls}
        grown = {
            name: (few[name], many[name])
            for name in few
            # A page more (prefetched by a thousand) is no query per row.
            if many[name] > few[name] + 3
        }
        self.assertEqual(grown, {})
