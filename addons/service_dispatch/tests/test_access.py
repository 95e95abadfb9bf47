from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DispatchCase


@tagged("post_install", "-at_install")
class TestAccess(DispatchCase):
    """Who sees and does what; success and refusal on the same records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls._visit()
        cls.visit_2 = cls._visit(engineer=cls.employee_2)

    def test_engineers_see_their_own_visits_only(self):
        visits = self.env["service.visit"].search(
            [("id", "in", (self.visit + self.visit_2).ids)]
        )
        for user, own in ((self.engineer, self.visit), (self.engineer_2, self.visit_2)):
            found = visits.with_user(user).search([("id", "in", visits.ids)])
            self.assertEqual(found, own)
            self.assertEqual(
                self.env["service.visit.step"].with_user(user).search([]).visit_id, own
            )

    def test_every_tap_is_refused_on_a_colleagues_visit(self):
        own = self.visit.with_user(self.engineer)
        foreign = self.visit_2.with_user(self.engineer)
        taps = {
            "get_job_sheet": (),
            "job_confirm": (),
            "job_set_out": (),
            "job_arrive": (),
            "job_diagnose": (self.quality.id,),
            "job_set_part": (self.board.id, 1),
            "job_consent": (),
            "job_fit_part": (1,),
            "job_tick": (self.visit_2.step_ids[0].id,),
            "job_set_work": ("Work",),
            "job_collect": (),
            "job_receipt": (),
            "job_sign": (None, None, "Absent"),
            "job_rate": (5,),
            "job_finish": ("fixed",),
            "job_fail": (self.env.ref("service_dispatch.fail_reason_absent").id,),
        }
        public = {
            name
            for name in dir(type(self.visit))
            if name.startswith("job_") or name == "get_job_sheet"
        }
        self.assertEqual(set(taps), public, "a new tap needs an entry here")
        for name, args in taps.items():
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(foreign, name)(*args)
        self.assertEqual(own.get_job_sheet()["id"], self.visit.id)
        self.assertEqual(self.visit_2.state, "planned")

    def test_a_tap_is_for_one_visit(self):
        with self.assertRaises(ValueError):
            (self.visit + self.visit_2).with_user(self.dispatcher).job_confirm()

    def test_an_engineer_writes_through_the_job_sheet_alone(self):
        own = self.visit.with_user(self.engineer)
        for vals in (
            {"state": "done"},
            {"start": fields.Datetime.now()},
            {"engineer_id": self.employee_2.id},
            {"note": "mine"},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                own.write(vals)
        with self.assertRaises(AccessError):
            own.step_ids[0].write({"done": True})
        with self.assertRaises(AccessError):
            own.unlink()
        with self.assertRaises(AccessError):
            own.create(
                {
                    "ticket_id": self.visit.ticket_id.id,
                    "engineer_id": self.employee.id,
                    "start": fields.Datetime.now(),
                }
            )

    def test_an_engineer_reads_the_tickets_he_visits(self):
        ticket = self.visit.ticket_id
        self.visit_2.ticket_id.user_id = False
        ticket.user_id = self.agent
        tickets = ticket + self.visit_2.ticket_id
        found = tickets.with_user(self.engineer).search([("id", "in", tickets.ids)])
        self.assertEqual(found, ticket)
        with self.assertRaises(AccessError):
            ticket.with_user(self.engineer).write({"subject": "Changed"})

    def test_front_desk_reads_and_dispatcher_plans(self):
        for user in (self.agent, self.dispatcher, self.manager):
            found = self.env["service.visit"].with_user(user).search([])
            self.assertIn(self.visit, found)
            self.assertIn(self.visit_2, found)
        sheet = self.visit.with_user(self.agent).get_job_sheet()
        self.assertFalse(sheet["editable"])
        with self.assertRaises(AccessError):
            self.visit.with_user(self.agent).job_confirm()
        with self.assertRaises(AccessError):
            self.visit.with_user(self.agent).write({"note": "x"})
        self.visit.with_user(self.dispatcher).write({"note": "Ring twice"})

    def test_people_without_a_role_see_nothing(self):
        nobody = self._new_user("nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self.visit.with_user(nobody).get_job_sheet()
        with self.assertRaises(AccessError):
            self.env["service.visit"].with_user(nobody).search([])

    def test_companies_do_not_see_each_other(self):
        company, stranger = self._second_company()
        visits = self.env["service.visit"].with_user(stranger)
        self.assertFalse(visits.search([("id", "=", self.visit.id)]))
        with self.assertRaises(AccessError):
            self.visit.with_user(stranger).get_job_sheet()
        with self.assertRaises(AccessError):
            self.visit.with_user(stranger).job_confirm()
        template = self.template.copy({"company_id": company.id})
        found = self.env["service.visit.template"].with_user(self.dispatcher).search([])
        self.assertNotIn(template, found)
        with self.assertRaises(UserError):
            self.visit.sudo().template_id = template

    def test_the_report_is_for_who_may_read_the_visit(self):
        report = self.env["report.service_dispatch.report_service_visit"]
        values = report.with_user(self.engineer)._get_report_values(self.visit.ids)
        self.assertEqual(values["docs"], self.visit)
        with self.assertRaises(AccessError):
            report.with_user(self.engineer)._get_report_values(self.visit_2.ids)
