import threading
from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import get_db_name, tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestRace(BaseCase):
    """Two dispatchers, one engineer, one hour: on real, committed transactions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            employee = env["hr.employee"].create(
                {"name": "Race engineer", "is_service_engineer": True}
            )
            partner = env["res.partner"].create({"name": "Race customer"})
            tickets = env["service.ticket"].create(
                [{"partner_id": partner.id}, {"partner_id": partner.id}]
            )
            tickets._agree_on_visit()
            cls.ids = (employee.id, tickets.ids, partner.id)
        cls.addClassCleanup(cls._clean_up)

    @classmethod
    def _clean_up(cls):
        employee_id, ticket_ids, partner_id = cls.ids
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["service.visit"].search([("ticket_id", "in", ticket_ids)]).unlink()
            env["service.ticket"].browse(ticket_ids).unlink()
            employee = env["hr.employee"].browse(employee_id)
            resource, contact = employee.resource_id, employee.work_contact_id
            employee.unlink()
            resource.unlink()
            (contact + env["res.partner"].browse(partner_id)).unlink()

    def setUp(self):
        super().setUp()
        self.start = fields.Datetime.now().replace(microsecond=0) + timedelta(days=3)

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _create(self, env, number):
        visit = env["service.visit"].create(
            {
                "ticket_id": self.ids[1][number],
                "engineer_id": self.ids[0],
                "start": self.start,
            }
        )
        visit.flush_recordset()
        return visit

    def test_two_snapshots_cannot_both_plan_the_same_hour(self):
        """The second transaction began before the first was committed: it does not
        see the visit, and is refused by the database all the same."""
        refused = []

        def second(env):
            with mute_logger("odoo.sql_db"):
                try:
                    self._create(env, 1)
                except ExclusionViolation as error:
                    refused.append(error.diag.constraint_name)

        with self.registry.cursor() as one, self.registry.cursor() as two:
            # environments are made here: while tests run, another thread would wait
            # for the lock of the registry
            first, env = self._env(one), self._env(two)
            two.execute("SELECT count(*) FROM service_visit")
            visit_id = self._create(first, 0).id
            thread = threading.Thread(target=second, args=(env,))
            thread.start()
            thread.join(1)
            self.assertTrue(thread.is_alive(), "waits for the first one's commit")
            one.commit()
            thread.join(30)
            two.rollback()
        self.assertEqual(refused, ["service_visit_engineer_once"])
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            visits = env["service.visit"].search([("engineer_id", "=", self.ids[0])])
            self.assertEqual(visits.ids, [visit_id])
            message = visits._table_objects["service_visit_engineer_once"].message
            self.assertIn("Choose another slot", message)
            visits.unlink()

    def test_an_engineer_being_planned_is_locked(self):
        with self.registry.cursor() as one, self.registry.cursor() as two:
            env = api.Environment(one, SUPERUSER_ID, {})
            env["service.visit"]._lock_engineer(env["hr.employee"].browse(self.ids[0]))
            env = api.Environment(two, SUPERUSER_ID, {})
            with self.assertRaisesRegex(UserError, "at this very moment"):
                env["service.visit"]._lock_engineer(
                    env["hr.employee"].browse(self.ids[0])
                )
