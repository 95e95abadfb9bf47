"""A fault call from the phone to the money, by people with one role each."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .story import StoryCase, signature


@tagged("post_install", "-at_install")
class TestStory(StoryCase):
    def _take_call(self, unit):
        """The front desk finds the unit by the phone number and takes the call."""
        self.work_as("frontdesk")
        found = self.call(
            "stock.lot",
            "name_search",
            name="44 55 66",
            context={"service_unit_search": True},
        )
        self.assertIn(unit.id, [unit_id for unit_id, _label in found])
        vals = {
            "unit_id": unit.id,
            "symptom_id": self.env.ref("service_ticket.symptom_no_power").id,
            "severity_id": self.env.ref("service_ticket.severity_major").id,
            "description": "Dead since the storm.",
        }
        seen = self.call(
            "service.ticket",
            "onchange",
            [],
            vals,
            [],
            {
                name: {}
                for name in (
                    "partner_id",
                    "cover_state",
                    "cover_reason",
                    "promise_summary",
                )
            },
        )["value"]
        self.assertEqual(seen["cover_state"], "covered")
        self.assertIn("24 months", seen["cover_reason"])
        self.assertIn("First response", seen["promise_summary"])
        self.assertIn("On site", seen["promise_summary"])
        [ticket_id] = self.call("service.ticket", "create", [vals])
        ticket = self.env["service.ticket"].browse(ticket_id)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.response_due, ticket.opened_at + timedelta(hours=2))
        return ticket

    def _plan_visit(self, ticket):
        """The dispatcher picks the first free slot of the engineer."""
        self.work_as("dispatcher")
        [plan_id] = self.call(
            "service.visit.plan",
            "create",
            [{"ticket_id": ticket.id}],
        )
        slot = self.env["service.visit.plan"].browse(plan_id).slot_ids[0]
        self.call("service.visit.plan.slot", "action_pick", [slot.id])
        visit = ticket.visit_ids
        self.assertEqual(visit.engineer_id, self.engineer)
        self.assertEqual(visit.start, slot.start)
        self.assertEqual(ticket.state, "open")
        self.assertEqual(ticket.user_id, self.people["engineer"])
        return visit

    def _drive_and_diagnose(self, visit, cause):
        """The engineer sets out, arrives and says what it is."""
        self.work_as("engineer")
        for method in ("job_confirm", "job_set_out", "job_arrive"):
            sheet = self.call("service.visit", method, [visit.id])
        self.assertEqual(sheet["state"], "on_site")
        cause = self.env.ref(f"service_ticket.{cause}")
        sheet = self.call(
            "service.visit", "job_diagnose", [visit.id], cause.id, "Board burnt."
        )
        return self.call("service.visit", "job_set_part", [visit.id], self.board.id, 1)

    def _tick(self, visit, *phases):
        for step in visit.step_ids.filtered(lambda s: s.phase in phases):
            self.call("service.visit", "job_tick", [visit.id], step.id, True)

    def _fit(self, visit, serial, removed):
        move = visit.ticket_id._get_part_moves()
        sheet = self.call(
            "service.visit",
            "job_fit_part",
            [visit.id],
            move.id,
            lot_name=serial,
            removed_serial=removed,
        )
        self.assertEqual(sheet["parts"][0]["serial"], serial)
        self._tick(visit, "call", "set_out", "arrive", "diagnose", "work")
        self.call(
            "service.visit",
            "job_set_work",
            [visit.id],
            "Control board replaced, whole cycle run.",
            self.env.ref("service_ticket.remedy_replace_part").id,
            True,
        )

    def _finish(self, visit):
        self._tick(visit, "test")
        self.call("service.visit", "job_rate", [visit.id], 5, "Quick and friendly")
        self.call("service.visit", "job_sign", [visit.id], signature(), "The landlady")
        sheet = self.call("service.visit", "job_finish", [visit.id], "fixed")
        self.assertEqual(sheet["state"], "done")

    def _call_back(self, ticket):
        """The callback falls due, is made, and the ticket closes."""
        call = ticket.callback_ids
        self.assertEqual(call.state, "owed")
        self.assertGreater(call.due, fields.Datetime.now())
        self.work_as("frontdesk")
        self.assertIn(
            "not been called back",
            self.refused("service.ticket", "action_close", [ticket.id]),
        )
        self.call("service.callback", "write", [call.id], {"note": "All well."})
        self.call("service.callback", "action_satisfied", [call.id])
        self.assertEqual(ticket.state, "closed")

    def _where_is(self, serial):
        lot = self.env["stock.lot"].search(
            [("name", "=", serial), ("product_id", "=", self.board.id)]
        )
        return lot.quant_ids.filtered(lambda quant: quant.quantity > 0).location_id

    def test_lightning_is_paid_in_cash(self):
        unit = self.sell_and_deliver("SW-1001")
        # as the desk sees it: the day has begun there, maybe not yet in Greenwich
        entitlement = unit.with_context(tz="Europe/Brussels").entitlement_ids
        self.assertEqual(unit.end_customer_id, self.customer)
        self.assertEqual(entitlement.state, "running")
        self.assertGreater(
            entitlement.date_end, fields.Date.today() + timedelta(days=720)
        )

        ticket = self._take_call(unit)
        visit = self._plan_visit(ticket)
        sheet = self._drive_and_diagnose(visit, "cause_lightning")
        self.assertEqual(sheet["cover"]["state"], "chargeable")
        self.assertIn("ightning", sheet["cover"]["reason"])
        self.assertGreaterEqual(sheet["price"]["total"], 180.0)

        move = ticket._get_part_moves()
        told = self.refused(
            "service.visit", "job_fit_part", [visit.id], move.id, lot_name="SB-7"
        )
        self.assertIn("not consented to", told)
        self.assertEqual(self._where_is("SB-7"), self.van)

        self.call(
            "service.visit", "job_consent", [visit.id], signature(), "The landlady"
        )
        order = ticket.order_id
        self.assertEqual(order.signed_by, "The landlady")
        self.assertTrue(order.signature)
        self._fit(visit, "SB-7", "SB-OLD")
        self.assertNotEqual(self._where_is("SB-7"), self.van)
        self.assertEqual(self._where_is("SB-OLD"), self.warehouse.service_defective_id)

        sheet = self.call("service.visit", "job_collect", [visit.id])
        self._finish(visit)
        invoice = ticket.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_total, order.amount_total)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(ticket.payment_state, "paid")
        payment = ticket._get_payments(invoice)
        cash = payment.journal_id.default_account_id
        self.assertIn(cash, payment.move_id.line_ids.filtered("debit").account_id)
        self.assertEqual(ticket.rating_last_value, 5)

        paper = self.print_pdf("service_dispatch.report_service_visit", visit.id)
        for text in (
            ticket.name,
            "SW-1001",
            "SB-7",
            "SB-OLD",
            "ightning",
            payment.name,
        ):
            self.assertIn(text, paper)
        self.work_as("accountant")
        receipt = self.print_pdf("account.report_payment_receipt", payment.id)
        self.assertIn(payment.name, receipt)
        self.assertIn(ticket.name, receipt)
        self.assertIn("ightning", self.print_pdf("account.report_invoice", invoice.id))
        self._call_back(ticket)

    def test_a_failed_component_bills_nothing_and_says_why(self):
        unit = self.sell_and_deliver("SW-1002")
        ticket = self._take_call(unit)
        visit = self._plan_visit(ticket)
        sheet = self._drive_and_diagnose(visit, "cause_component")
        self.assertEqual(sheet["cover"]["state"], "covered")
        self.assertTrue(sheet["price"]["free"])
        self.call("service.visit", "job_consent", [visit.id])
        self._fit(visit, "SB-8", "SB-WORN")
        self._finish(visit)
        self.assertFalse(ticket.invoice_ids)
        self.assertEqual(ticket.payment_state, "nothing")
        for line in ticket.order_id.order_line:
            self.assertEqual(line.discount, 100.0)
            self.assertIn("24 months", line.cover_reason)
        paper = self.print_pdf("service_dispatch.report_service_visit", visit.id)
        self.assertIn("Covered by Standard warranty, 24 months", paper)
        self.work_as("accountant")
        self.assertIn(
            "24 months",
            self.print_pdf("sale.report_saleorder", ticket.order_id.id),
        )
        self._call_back(ticket)

    def test_a_mail_opens_a_ticket_the_same_way(self):
        unit = self.sell_and_deliver("SW-1001")
        team = self.env.ref("service_ticket.team_service")
        domain = self.env["mail.alias.domain"].search([], limit=1)
        domain = domain or domain.create({"name": "story.example.com"})
        team.alias_id.write({"alias_name": "service", "alias_domain_id": domain.id})
        raw = (
            f"From: Guest House <{self.customer.email}>\r\n"
            f"To: service@{domain.name}\r\n"
            "Subject: =?utf-8?b?5rSX6KGj5py65LiN5ZCv5Yqo?=\r\n"
            "Message-Id: <story-1@guesthouse.example.com>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "\r\n"
            "Our washer SW-1001 does not start.\r\n"
        )
        ticket_id = self.env["mail.thread"].message_process(None, raw.encode())
        ticket = self.env["service.ticket"].browse(ticket_id)
        self.assertEqual(ticket.subject, "洗衣机不启动")
        self.assertEqual(ticket.unit_id, unit)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.cover_state, "covered")
        self.assertEqual(ticket.response_due, ticket.opened_at + timedelta(hours=2))

    def test_a_colleague_cannot_touch_the_job(self):
        unit = self.sell_and_deliver("SW-1001")
        visit = self._plan_visit(self._take_call(unit))
        other = self.people["engineer"].copy(
            {"login": "story_engineer_2", "password": "story_engineer_2"}
        )
        self.people["colleague"] = other
        self.work_as("colleague")
        for method in ("get_job_sheet", "job_confirm", "job_set_out", "job_collect"):
            self.refused("service.visit", method, [visit.id])
        self.assertEqual(visit.state, "planned")
