from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DispatchCase


@tagged("post_install", "-at_install")
class TestJob(DispatchCase):
    """The phone's interface: each tap once, twice, and out of order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._ticket()
        cls.visit = cls._visit(ticket=cls.ticket)

    # ----------------------------------------------------------------- on the way

    def test_the_way_to_the_customer(self):
        job = self.visit.with_user(self.engineer)
        self.assertEqual(job.get_job_sheet()["phase"], "call")
        self.assertEqual(job.job_confirm()["phase"], "set_out")
        self.assertEqual(job.job_set_out()["phase"], "arrive")
        sheet = job.job_arrive()
        self.assertEqual(sheet["phase"], "diagnose")
        self.assertTrue(self.visit.confirmed_at)
        self.assertTrue(self.visit.set_out_at)
        self.assertIn(":", sheet["times"]["arrived_at"])

    def test_arrival_keeps_the_promise_once(self):
        job = self._job(self.visit)
        promise = self.ticket.milestone_ids.filtered(lambda m: m.clock == "on_site")
        arrived = self.visit.arrived_at
        with freeze_time(fields.Datetime.add(arrived, hours=1)):
            job.job_arrive()
        self.assertEqual(self.visit.arrived_at, arrived)
        logged = self.ticket.transition_ids.filtered(lambda t: t.clock == "on_site")
        self.assertEqual(len(logged), 1)
        if promise:
            self.assertTrue(promise.met_at)

    def test_order_of_the_steps_is_kept(self):
        job = self.visit.with_user(self.engineer)
        with self.assertRefused("Call the customer or set out first"):
            job.job_arrive()
        with self.assertRefused("set out first"):
            job.job_diagnose(self.quality.id)
        job.job_set_out()
        with self.assertRefused("I have arrived"):
            job.job_diagnose(self.quality.id)
        job.job_arrive()
        with self.assertRefused("cause first"):
            job.job_set_part(self.board.id, 1)
        with self.assertRefused("Work and parts"):
            job.job_sign(refusal="Absent")

    def test_an_unanswered_call_is_noted_and_does_not_stop(self):
        job = self.visit.with_user(self.engineer)
        self.assertEqual(job.job_confirm(reached=False)["state"], "planned")
        self.assertIn("nobody answered", self.ticket.message_ids[:1].body)
        self.assertEqual(job.job_set_out()["state"], "en_route")

    # ------------------------------------------------------- diagnosis and price

    def test_verdict_comes_with_the_cause(self):
        job = self._job(self.visit)
        sheet = job.job_diagnose(self.quality.id, "Board dead")
        self.assertEqual(sheet["cover"]["state"], "covered")
        self.assertTrue(sheet["cover"]["reason"])
        self.assertTrue(sheet["price"]["free"])
        self.assertFalse(sheet["price"]["gap"])
        sheet = job.job_diagnose(self.lightning.id, "Struck")
        self.assertEqual(sheet["cover"]["state"], "chargeable")
        self.assertGreater(sheet["price"]["total"], 0)
        self.assertTrue(sheet["price"]["gap"])
        self.assertEqual(self.ticket.diagnosis, "Struck")

    def test_services_are_proposed_once(self):
        job = self._job(self.visit)
        sheet = job.job_diagnose(self.lightning.id)
        kinds = [line["product_id"] for line in sheet["price"]["lines"]]
        self.assertEqual(sorted(kinds), sorted((self.callout + self.labour).ids))
        sheet = job.job_set_part(self.callout.id, 0)
        self.assertEqual(len(sheet["price"]["lines"]), 1)
        sheet = job.job_diagnose(self.lightning.id, "again")
        self.assertEqual(len(sheet["price"]["lines"]), 1, "taken off stays off")

    def test_causes_of_a_category_are_offered_below_it(self):
        categories = self.env["product.category"]
        machines = categories.create({"name": "Machines"})
        washers = categories.create({"name": "Washers", "parent_id": machines.id})
        cause = self.env["service.fault.code"].create(
            {"name": "Bearing", "kind": "cause", "categ_ids": [(4, machines.id)]}
        )
        for category, offered in (
            (washers, True),
            (categories.create({"name": "x"}), 0),
        ):
            self.washer.categ_id = category
            causes = self.visit._sheet_diagnosis()["causes"]
            self.assertEqual(cause.id in [c["id"] for c in causes], bool(offered))

    def test_a_cause_is_a_cause(self):
        job = self._job(self.visit)
        for code in (self.env.ref("service_ticket.symptom_leak").id, 0, 10**6):
            with self.assertRefused("from the list"):
                job.job_diagnose(code)

    def test_parts_are_counted_not_added(self):
        job = self._job(self.visit)
        job.job_diagnose(self.lightning.id)
        for _repeat in range(2):
            sheet = job.job_set_part(self.board.id, 2)
            self.assertEqual(len(sheet["parts"]), 2, "one line for each serial")
        sheet = job.job_set_part(self.board.id, 1)
        self.assertEqual(len(sheet["parts"]), 1)
        line = self._find(sheet["price"]["lines"], product_id=self.board.id)
        self.assertEqual(line["qty"], 1)
        self.assertEqual(job.job_set_part(self.belt.id, 2)["parts"][1]["qty"], 2)
        sheet = job.job_set_part(self.board.id, 0)
        self.assertEqual([p["product_id"] for p in sheet["parts"]], self.belt.ids)
        with self.assertRaises(UserError):
            job.job_set_part(self.board.id, -1)

    def test_only_offered_services_are_charged(self):
        job = self._job(self.visit)
        job.job_diagnose(self.lightning.id)
        other = self.labour.copy({"name": "Gold plating"})
        with self.assertRefused("not offered"):
            job.job_set_part(other.id, 1)

    def test_work_waits_for_the_consent(self):
        job = self._job(self.visit)
        job.job_diagnose(self.lightning.id)
        sheet = job.job_set_part(self.board.id, 1)
        move_id = sheet["parts"][0]["move_id"]
        with self.assertRaises(UserError):
            job.job_fit_part(move_id, lot_id=self.lot_in.id)
        with self.assertRefused("something to pay"):
            job.job_consent()
        with self.assertRefused("something to pay"):
            job.job_consent(self.signature, "  ")
        with self.assertRaises(UserError):
            job.job_consent("bm90IGEgcGljdHVyZQ==", "Head of laundry")
        sheet = job.job_consent(
            "data:image/png;base64," + self.signature, "Head of laundry"
        )
        self.assertEqual(sheet["phase"], "work")
        self.assertEqual(sheet["price"]["signed_by"], "Head of laundry")
        agreed = self.visit.agreed_at
        job.job_consent(self.signature, "Somebody else")
        self.assertEqual(self.ticket.order_id.signed_by, "Head of laundry")
        self.assertEqual(self.visit.agreed_at, agreed)

    def test_a_dearer_price_needs_a_new_consent(self):
        job = self._job(self.visit)
        job.job_diagnose(self.lightning.id)
        job.job_consent(self.signature, "Head of laundry")
        sheet = job.job_set_part(self.board.id, 1)
        self.assertEqual(sheet["phase"], "diagnose")
        self.assertTrue(sheet["price"]["gap"])
        sheet = job.job_consent(self.signature, "Head of laundry")
        self.assertEqual(sheet["phase"], "work")

    def test_what_was_agreed_is_not_judged_anew(self):
        job = self._job(self.visit)
        job.job_diagnose(self.lightning.id)
        job.job_consent(self.signature, "Head of laundry")
        with self.assertRefused("Ask the dispatcher"):
            job.job_diagnose(self.quality.id)
        job.job_diagnose(self.lightning.id, "More words are fine")

    # ------------------------------------------------------------ work and parts

    def test_a_part_goes_in_and_one_comes_out_once(self):
        job = self._job(self.visit)
        job.job_diagnose(self.quality.id)
        move_id = job.job_set_part(self.board.id, 1)["parts"][0]["move_id"]
        job.job_consent()
        for _repeat in range(3):
            sheet = job.job_fit_part(move_id, lot_name="MB-1", removed_serial="OLD-1")
        part = sheet["parts"][0]
        self.assertTrue(part["done"])
        self.assertEqual((part["serial"], part["removed"]), ("MB-1", "OLD-1"))
        self.assertEqual(len(sheet["parts"]), 1)
        self.assertEqual(self.lot_in.product_qty, 0)

    def test_an_unknown_serial_is_refused_in_words(self):
        job = self._job(self.visit)
        job.job_diagnose(self.quality.id)
        move_id = job.job_set_part(self.board.id, 1)["parts"][0]["move_id"]
        job.job_consent()
        with self.assertRefused("MB-9.*unknown"):
            job.job_fit_part(move_id, lot_name="MB-9")
        with self.assertRefused("not on the job"):
            job.job_fit_part(move_id + 10**6, lot_name="MB-1")

    def test_all_that_is_missing_is_said_at_once(self):
        job = self._job(self.visit)
        job.job_diagnose(self.quality.id)
        job.job_set_part(self.board.id, 1)
        job.job_consent()
        with self.assertRaises(UserError) as caught:
            job.job_set_work(ended=True)
        text = str(caught.exception)
        for words in ("planned and not fitted", "in a few words", "Not ticked yet"):
            self.assertIn(words, text)
        self.assertFalse(self.visit.worked_at)

    def test_ticks_are_set_and_taken_back(self):
        job = self._job(self.visit, until="confirmed")
        step = self.visit.step_ids[0]
        job.job_tick(step.id, True, "Ask for the porter")
        at = step.done_at
        job.job_tick(step.id, True)
        self.assertEqual((step.done_at, step.note), (at, "Ask for the porter"))
        job.job_tick(step.id, False)
        self.assertFalse(step.done or step.done_at)
        other = self._visit(hours=5).step_ids[0]
        with self.assertRefused("not on the job sheet"):
            job.job_tick(other.id)

    # ------------------------------------------------------ test, sign and collect

    def _work(self, cause, signature=None):
        job = self._job(self.visit)
        job.job_diagnose(cause.id, "Found it")
        move_id = job.job_set_part(self.board.id, 1)["parts"][0]["move_id"]
        job.job_consent(signature, signature and "Head of laundry")
        job.job_fit_part(move_id, lot_id=self.lot_in.id, removed_serial="OLD-1")
        self._tick_all(job)
        remedy = self.env.ref("service_ticket.remedy_replace_part")
        job.job_set_work("Board replaced", remedy.id, ended=True)
        return job

    def test_chargeable_to_the_receipt_and_the_callback(self):
        job = self._work(self.lightning, self.signature)
        sheet = job.get_job_sheet()
        self.assertEqual(sheet["phase"], "test")
        due = sheet["payment"]["amount"]
        self.assertGreater(due, 0)
        for _repeat in range(2):
            sheet = job.job_collect()
        self.assertEqual(sheet["payment"]["amount"], 0)
        self.assertTrue(sheet["payment"]["receipt"])
        payments = self.ticket._get_payments(self.ticket.invoice_ids)
        self.assertEqual(len(payments), 1)
        self.assertEqual(payments.amount, due)
        self.assertEqual(self.ticket.invoice_ids.state, "posted")
        for _repeat in range(2):
            job.job_sign(self.signature, "Head of laundry")
            job.job_rate(5, "Quick")
        for _repeat in range(2):
            sheet = job.job_finish("fixed")
        self.assertEqual((sheet["state"], sheet["phase"]), ("done", "end"))
        self.assertEqual(self.ticket.state, "resolved")
        self.assertEqual(len(self.ticket.callback_ids), 1)
        self.assertEqual(len(self.ticket.rating_ids), 1)
        job.job_collect()
        self.assertEqual(len(self.ticket._get_payments(self.ticket.invoice_ids)), 1)

    def test_covered_bills_nothing(self):
        job = self._work(self.quality)
        sheet = job.job_collect()
        self.assertEqual(sheet["payment"]["amount"], 0)
        self.assertFalse(sheet["payment"]["receipt"])
        job.job_sign(refusal="Nobody is there to sign")
        job.job_finish("fixed")
        self.assertEqual(self.ticket.state, "resolved")
        self.assertFalse(self.ticket.invoice_ids)
        self.assertFalse(self.visit.rating_id)
        self.assertEqual(self.visit.signature_refusal, "Nobody is there to sign")

    def test_nothing_is_forgotten_at_the_end(self):
        job = self._work(self.lightning, self.signature)
        step = self.visit.step_ids.filtered(lambda s: s.phase == "test" and s.required)[
            0
        ]
        job.job_tick(step.id, False)
        with self.assertRaises(UserError) as caught:
            job.job_finish("fixed")
        text = str(caught.exception)
        for words in (step.name, "customer sign", "Collect the money"):
            self.assertIn(words, text)
        self.assertEqual(self.visit.state, "on_site")
        with self.assertRefused("how the job ended"):
            job.job_finish("vanished")

    def test_the_customer_may_pay_by_invoice(self):
        job = self._work(self.lightning, self.signature)
        job.job_sign(self.signature, "Head of laundry")
        job.job_finish("fixed", pay_later=True)
        self.assertEqual(self.ticket.state, "resolved")
        self.assertEqual(self.ticket.payment_state, "to_collect")
        sheet = job.job_collect()
        self.assertTrue(sheet["payment"]["receipt"], "cash may still come in")

    def test_another_visit_keeps_the_ticket_open(self):
        job = self._work(self.quality)
        job.job_sign(self.signature, "Head of laundry")
        sheet = job.job_finish("another_visit")
        self.assertEqual(sheet["state"], "done")
        self.assertEqual(self.ticket.state, "open")
        activity = self.ticket.activity_ids
        self.assertEqual(activity.user_id, self.dispatcher)

    def test_what_a_second_visit_adds_is_to_pay(self):
        job = self._work(self.lightning, self.signature)
        job.job_sign(self.signature, "Head of laundry")
        job.job_collect()
        job.job_finish("another_visit")
        self.assertEqual(self.ticket.payment_state, "paid")
        again = self._visit(ticket=self.ticket, hours=5)
        self.assertEqual(again._get_amount_due(), 0)
        before = self.ticket.order_id.amount_total
        self.ticket._set_order_line(self.belt, 2)
        added = self.ticket.order_id.amount_total - before
        self.assertGreater(added, 0)
        self.assertAlmostEqual(again._get_amount_due(), added)
        self.ticket._record_consent(self.signature, "Head of laundry")
        payment = self.ticket._collect()
        self.assertAlmostEqual(payment.amount, added)
        self.assertEqual(len(payment.reconciled_invoice_ids), 1)
        self.assertEqual(again._get_amount_due(), 0)

    def test_rating_is_odoos_and_of_the_engineer(self):
        job = self._work(self.quality)
        job.job_rate(4, "Friendly")
        rating = self.ticket.rating_ids
        self.assertEqual((rating.rating, rating.feedback), (4, "Friendly"))
        self.assertTrue(rating.consumed)
        self.assertEqual(rating.rated_partner_id, self.engineer.partner_id)
        self.assertEqual(rating.partner_id, self.customer)
        job.job_rate(2, "After all")
        self.assertEqual(self.ticket.rating_ids.rating, 2)
        self.assertEqual(len(self.ticket.rating_ids), 1)
        for value in (0, 6, "5", None):
            with self.assertRefused("from 1 to 5"):
                job.job_rate(value)

    def test_a_signature_has_a_name_or_a_reason(self):
        job = self._work(self.quality)
        with self.assertRefused("name"):
            job.job_sign(self.signature, "")
        with self.assertRefused("say why"):
            job.job_sign()
        job.job_sign(refusal="Customer does not want to sign")
        sheet = job.job_sign(self.signature, "Head of laundry")
        self.assertTrue(sheet["closing"]["signed"])
        self.assertFalse(sheet["closing"]["refusal"])

    # -------------------------------------------------------------------- failing

    def test_a_failed_visit_says_what_comes_next(self):
        job = self._job(self.visit, until="en_route")
        reason = self.env.ref("service_dispatch.fail_reason_absent")
        for _repeat in range(2):
            sheet = job.job_fail(reason.id, "Card in the letter box")
        self.assertEqual((sheet["state"], sheet["phase"]), ("failed", "end"))
        self.assertEqual(self.visit.fail_note, "Card in the letter box")
        self.assertEqual(self.ticket.visit_state, "none")
        activity = self.ticket.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn("Call the customer", activity.summary)
        with self.assertRefused("plan another visit"):
            job.job_arrive()
        with self.assertRefused("from the list"):
            self._visit(hours=8).with_user(self.engineer).job_fail(0)

    def test_who_was_absent_is_called_back_soon(self):
        """R93: the card is left, and we call; the next appointment settles it."""
        job = self._job(self.visit, until="en_route")
        job.job_fail(self.env.ref("service_dispatch.fail_reason_absent").id, "Card")
        call = self.ticket.callback_ids
        self.assertEqual((call.state, call.job_outcome), ("owed", "vain"))
        self.assertEqual(call.rule_id.outcome, "vain")
        self.assertIn("come again", call.script)
        self.assertEqual(call.note, "Customer not at home: Card")
        self.assertFalse(self.ticket.callback_state, "no call after a job")
        self.assertFalse(call._write_to_customer())
        self._visit(hours=9, ticket=self.ticket)
        self.assertEqual(call.state, "cancelled")
        self.ticket.sudo().outcome = "fixed"
        self.assertFalse(self.ticket.callback_state)

    def test_a_call_about_another_time_says_nothing_of_the_work(self):
        job = self._job(self.visit, until="en_route")
        job.job_fail(self.env.ref("service_dispatch.fail_reason_absent").id)
        call = self.ticket.callback_ids.with_user(self.agent)
        call.action_satisfied()
        self.assertEqual((call.state, call.outcome), ("done", False))
        self.assertEqual(self.ticket.state, "open")

    def test_a_missing_part_needs_no_call(self):
        job = self._job(self.visit, until="en_route")
        job.job_fail(self.env.ref("service_dispatch.fail_reason_part").id)
        self.assertFalse(self.ticket.callback_ids)

    def test_the_sheet_is_plain_json(self):
        import json

        job = self._work(self.lightning, self.signature)
        sheet = job.get_job_sheet()
        self.assertEqual(json.loads(json.dumps(sheet)), sheet)

    def test_the_sheet_costs_the_same_with_more_steps(self):
        job = self._job(self.visit)
        self.env.flush_all()

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            job.get_job_sheet()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        self.env["service.visit.step"].create(
            [{"visit_id": self.visit.id, "name": f"Check {n}"} for n in range(50)]
        )
        self.env.flush_all()
        self.assertEqual(count(), few)
