from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form

from .common import PartsCase


class TestWizard(PartsCase):
    """The desk's way to the same methods, for where nobody has the phone's screen."""

    def _form(self, action, user):
        model = self.env[action["res_model"]].with_user(user)
        return Form(model.with_context(**action["context"]))

    def test_engineer_plans_and_fits_from_the_ticket(self):
        job = self._as(self.engineer)
        form = self._form(job.action_plan_part(), self.engineer)
        self.assertEqual(form.user_id, self.engineer)
        form.product_id = self.board.with_user(self.engineer)
        self.assertEqual(form.on_board, 2)
        form.save().action_plan()
        self.env.invalidate_all()
        part = job.part_ids
        self._consent()
        form = self._form(part.action_fit(), self.engineer)
        self.assertEqual(form.on_board_ids[:], self.board_1 | self.board_2)
        form.lot_id = self.board_1.with_user(self.engineer)
        form.removed_serial = "OLD-1"
        form.save().action_fit()
        self.env.invalidate_all()
        self.assertEqual((part.serial_in, part.serial_out), ("CB-1", "OLD-1"))

    def test_dispatcher_plans_for_the_engineer_of_the_job(self):
        job = self._as(self.dispatcher)
        form = self._form(job.action_plan_part(), self.dispatcher)
        self.assertEqual(form.user_id, self.engineer)
        form.user_id = self.engineer_2.with_user(self.dispatcher)
        form.product_id = self.belt.with_user(self.dispatcher)
        self.assertEqual(form.on_board, 0)
        form.save().action_plan()
        self.env.invalidate_all()
        self.assertEqual(job.part_ids.location_id, self.van_2)
        job.part_ids.action_unplan()
        self.env.invalidate_all()
        self.assertFalse(job.part_ids)

    def test_crafted_calls_are_refused(self):
        move = self._as(self.engineer)._plan_part(self.board, 1, self.engineer)
        own = self._job(self.engineer_2)
        fit = self.env["service.part.fit"].with_user(self.engineer_2)
        fit = fit.create(
            {
                "ticket_id": own.id,
                "move_id": move.id,
                "product_id": self.board.id,
                "lot_id": self.board_1.id,
            }
        )
        self.assertFalse(fit.on_board_ids)
        with self.assertRaises(AccessError):
            fit.action_fit()
        with self.assertRaises(AccessError):
            fit.ticket_id = self.ticket
        fit.sudo().ticket_id = self.ticket
        fit.invalidate_recordset(["on_board_ids"])
        self.assertFalse(fit.on_board_ids)
        row = self.env["service.part.usage"].with_user(self.engineer_2).browse(move.id)
        with self.assertRaises(AccessError):
            row.action_unplan()

    def test_only_vans_of_the_tickets_company_are_offered(self):
        company, _stranger = self._second_company()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        (self.dispatcher | self.manager).company_ids = [Command.link(company.id)]
        self._van(
            self.manager,
            company_id=company.id,
            location_id=warehouse.view_location_id.id,
        )
        action = self._as(self.dispatcher).action_plan_part()
        plan = (
            self.env["service.part.plan"]
            .with_user(self.dispatcher)
            .with_context(
                **action["context"],
                allowed_company_ids=(self.env.company | company).ids,
            )
            .new({})
        )
        self.assertEqual(plan.van_user_ids._origin, self.engineer | self.engineer_2)
