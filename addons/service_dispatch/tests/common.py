"""What the tests of visits share: two engineers with vans, a covered unit."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.service_contract.tests.common import ContractCase
from odoo.addons.service_parts.tests.common import PartsMixin


class DispatchCase(PartsMixin, ContractCase):
    """Engineers as employees who always work, boards in the first one's van."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.around_the_clock = cls.env["resource.calendar"].create(
            {
                "name": "Round the clock",
                "tz": "UTC",
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": "Day",
                            "dayofweek": str(day),
                            "hour_from": 0,
                            "hour_to": 24,
                            "day_period": "morning",
                        },
                    )
                    for day in range(7)
                ],
            }
        )
        cls.employee = cls._employee(cls.engineer)
        cls.employee_2 = cls._employee(cls.engineer_2)
        cls.template = cls.env.ref("service_dispatch.visit_template_repair")
        cls._van(cls.engineer)
        cls._van(cls.engineer_2)
        cls.board = cls._part("Motor board", "serial", 120.0, 60.0)
        cls.belt = cls._part("Belt", "none", 20.0, 5.0)
        van = cls.env["stock.location"].search([("van_user_id", "=", cls.engineer.id)])
        cls.lot_in, cls.lot_spare = cls._receive_into(van, cls.board, ["MB-1", "MB-2"])
        cls._receive_into(van, cls.belt, quantity=3)

    @classmethod
    def _employee(cls, user, **vals):
        employee = cls.env["hr.employee"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "is_service_engineer": True,
                "resource_calendar_id": cls.around_the_clock.id,
                **vals,
            }
        )
        employee.tz = "UTC"  # the user's zone is taken over at creation
        return employee

    @classmethod
    def _agreed(cls, **vals):
        """A ticket whose visit both sides want."""
        ticket = cls._ticket(**vals)
        ticket._agree_on_visit()
        return ticket

    @classmethod
    def _visit(cls, engineer=None, hours=1.0, ticket=None, **vals):
        """A visit planned for that many hours from now."""
        start = fields.Datetime.now().replace(microsecond=0) + timedelta(hours=hours)
        ticket = ticket or cls._ticket()
        ticket._agree_on_visit()
        return (
            cls.env["service.visit"]
            .with_user(cls.dispatcher)
            ._plan(
                ticket.with_user(cls.dispatcher),
                (engineer or cls.employee).with_user(cls.dispatcher),
                start,
                cls.template.with_user(cls.dispatcher),
                vals.get("duration"),
            )
        )

    def _job(self, visit, until="on_site"):
        """The visit as the engineer's phone has it, some steps on."""
        job = visit.with_user(self.engineer)
        for state, method in (
            ("confirmed", "job_confirm"),
            ("en_route", "job_set_out"),
            ("on_site", "job_arrive"),
        ):
            getattr(job, method)()
            if state == until:
                break
        return job

    @contextmanager
    def assertRefused(self, words):
        """A refusal in these words that leaves nothing behind."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), words)

    def _tick_all(self, job):
        for step in job.step_ids:
            job.job_tick(step.id)

    def _find(self, rows, **values):
        return next(
            row
            for row in rows
            if all(row[name] == value for name, value in values.items())
        )
