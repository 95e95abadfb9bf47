from odoo.fields import Command

from .common import PartsCase


class TestUsage(PartsCase):
    def setUp(self):
        super().setUp()
        self.job = self._as(self.engineer)
        self.move = self.job._plan_part(self.board, 1, self.engineer)

    def _rows(self, user=None):
        self.env.invalidate_all()
        return self._as(user or self.engineer).part_ids

    def test_row_follows_the_part(self):
        row = self._rows()
        self.assertEqual(
            (row.state, row.quantity, row.serial_in), ("planned", 1, False)
        )
        self._consent()
        self.job._fit_part(self.move, self.board_1, removed_serial="OLD-7")
        row = self._rows()
        self.assertEqual(row.state, "fitted")
        self.assertEqual((row.serial_in, row.serial_out), ("CB-1", "OLD-7"))
        self.assertEqual(row.location_id, self.van)
        self.assertEqual(row.van_user_id, self.engineer)

    def test_part_that_was_taken_off_disappears(self):
        self.job._unplan_part(self.move)
        self.assertFalse(self._rows())

    def test_unit_remembers_what_was_fitted(self):
        self._consent()
        self.job._fit_part(self.move, self.board_1)
        later = self._job(self.engineer_2)
        self._as(self.engineer_2, later)._plan_part(self.board, 1, self.engineer_2)
        self.env.invalidate_all()
        history = self.unit.with_user(self.agent).part_usage_ids
        self.assertEqual(set(history.mapped("state")), {"planned", "fitted"})
        fitted = history.filtered(lambda row: row.state == "fitted")
        self.assertEqual(fitted.serial_in, "CB-1")

    def test_an_engineer_sees_the_parts_of_own_jobs_and_their_units(self):
        usage = self.env["service.part.usage"]
        elsewhere = self._deliver(self.washer, "W1-0777", self.customer)
        self._job(self.engineer_2, unit_id=elsewhere.id)
        self.env.invalidate_all()
        self.assertFalse(usage.with_user(self.engineer_2).search([]))
        for user in (self.engineer, self.agent, self.storekeeper):
            self.assertEqual(usage.with_user(user).search([]).id, self.move.id)
        self._job(self.engineer_2)
        self.env.invalidate_all()
        self.assertEqual(usage.with_user(self.engineer_2).search([]).id, self.move.id)

    def test_another_company_sees_nothing(self):
        _company, stranger = self._second_company()
        usage = self.env["service.part.usage"].with_user(stranger)
        self.assertFalse(usage.search([]))
        both = self._second_company_guest()
        rows = self.env["service.part.usage"].with_user(both).search([])
        self.assertEqual(rows.ticket_id, self.ticket)

    def _second_company_guest(self):
        self.agent.company_ids = [Command.link(self.env.company.id)]
        return self.agent

    def test_list_costs_the_same_queries_for_many(self):
        spec = {
            "product_id": {"fields": {"display_name": {}}},
            "ticket_id": {"fields": {"display_name": {}}},
            "serial_in": {},
            "state": {},
        }

        def count():
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["service.part.usage"].web_search_read([], spec, limit=80)
            return self.env.cr.sql_log_count - start

        count()
        few = count()
        for _number in range(6):
            self.job._plan_part(self.belt, 1, self.engineer)
        self.env.flush_all()
        self.assertEqual(count(), few)
