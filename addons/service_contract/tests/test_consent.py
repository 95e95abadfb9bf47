"""Nothing chargeable without consent on record, and consent is for an amount."""

import base64
import io

from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import ContractCase, draw_signature


class TestConsent(ContractCase):
    def _blank(self, colour):
        stream = io.BytesIO()
        Image.new("RGBA", (80, 40), colour).save(stream, "PNG")
        return base64.b64encode(stream.getvalue()).decode()

    def test_signature_closes_the_gap_and_confirms(self):
        ticket = self._chargeable_ticket().with_user(self.engineer)
        self.assertIn("not consented", ticket._get_consent_gap())
        self.assertTrue(ticket.consent_gap)
        order = ticket._record_consent(self.signature, " The owner ")
        self.assertFalse(ticket._get_consent_gap())
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.signed_by, "The owner")
        self.assertTrue(order.signature)
        self.assertTrue(order.signed_on)
        self.assertEqual(order.consent_amount, order.amount_total)
        self.assertFalse(order.consent_user_id)
        proof = ticket.sudo().message_ids.attachment_ids
        self.assertEqual(proof.mimetype, "image/png")

    def test_empty_signatures_are_refused_without_effect(self):
        ticket = self._chargeable_ticket().with_user(self.engineer)
        for signature in (
            5,
            False,
            None,
            "",
            "   ",
            "not base64!",
            base64.b64encode(b"no image").decode(),
            self._blank((0, 0, 0, 0)),
            self._blank("white"),
        ):
            with (
                self.subTest(signature=signature),
                self.assertRaisesRegex(UserError, "signature is empty"),
            ):
                ticket._record_consent(signature, "The owner")
        with self.assertRaisesRegex(UserError, "name of the person"):
            ticket._record_consent(self.signature, "  ")
        order = ticket.sudo().order_id
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.signature)
        self.assertTrue(ticket._get_consent_gap())

    def test_repeating_keeps_the_first_signature(self):
        ticket = self._chargeable_ticket()
        order = ticket._record_consent(self.signature, "The owner")
        first = order.signature
        ticket._record_consent(draw_signature("blue"), "Somebody else")
        self.assertEqual(order.signature, first)
        self.assertEqual(order.signed_by, "The owner")

    def test_a_covered_job_needs_no_signature(self):
        ticket = self._covered_ticket()
        self.assertFalse(ticket._get_consent_gap())
        order = ticket.with_user(self.engineer)._record_consent(False, False)
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.signature)

    def test_nothing_on_the_order_is_nothing_to_consent_to(self):
        ticket = self._ticket()
        self.assertFalse(ticket._get_consent_gap())
        with self.assertRaisesRegex(UserError, "nothing on the order"):
            ticket._record_consent(self.signature, "The owner")

    def test_a_higher_total_needs_a_new_consent(self):
        ticket = self._chargeable_ticket()
        order = ticket._record_consent(self.signature, "The owner")
        first = order.consent_amount
        ticket._set_order_line(self.callout, 1)
        self.assertIn("new consent", ticket._get_consent_gap())
        with self.assertRaisesRegex(UserError, "new consent"):
            ticket._create_invoice()
        ticket._record_consent(draw_signature("blue"), "The owner")
        self.assertFalse(ticket._get_consent_gap())
        self.assertGreater(order.consent_amount, first)
        ticket._set_order_line(self.callout, 0)
        self.assertFalse(ticket._get_consent_gap(), "less needs no new consent")

    def test_a_covered_line_added_later_keeps_the_consent(self):
        ticket = self._chargeable_ticket()
        ticket._record_consent(self.signature, "The owner")
        ticket.cause_id = self.quality
        ticket._set_order_line(self.callout, 1)
        self.assertFalse(ticket._get_consent_gap())

    def test_sales_rights_may_confirm_unsigned_and_it_is_logged(self):
        ticket = self._chargeable_ticket()
        order = ticket.order_id
        order.with_user(self.salesman).action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.consent_user_id, self.salesman)
        self.assertFalse(ticket._get_consent_gap())
        for record in (order, ticket):
            self.assertIn("without", record.message_ids[0].body)
            self.assertIn(self.salesman.name, record.message_ids[0].body)

    def test_others_may_not_confirm_unsigned(self):
        order = self._chargeable_ticket().order_id
        with self.assertRaisesRegex(AccessError, "sales rights"):
            order.with_user(self.accountant).action_confirm()
        for user in (self.engineer, self.agent, self.manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                order.with_user(user).action_confirm()
            with self.subTest(user.login), self.assertRaises(AccessError):
                order.with_user(user).sudo().action_confirm()
        self.assertEqual(order.state, "draft")

    def test_going_back_to_draft_takes_the_consent_back(self):
        ticket = self._chargeable_ticket()
        order = ticket._record_consent(self.signature, "The owner")
        order._action_cancel()
        order.action_draft()
        self.assertEqual(order.consent_amount, 0)
        self.assertTrue(ticket._get_consent_gap())

    def test_portal_signature_counts(self):
        order = self._chargeable_ticket().order_id
        order.sudo().write(
            {"signature": self.signature, "signed_by": "The owner in the portal"}
        )
        self.assertFalse(order._get_consent_gap())

    def test_resolving_waits_for_the_consent(self):
        ticket = self._chargeable_ticket().with_user(self.engineer)
        ticket.action_open()
        with self.assertRaisesRegex(UserError, "not consented"):
            ticket.action_resolve()
        ticket._record_consent(self.signature, "The owner")
        ticket.action_resolve()
        self.assertEqual(ticket.state, "resolved")

    def test_closing_waits_for_the_consent_to_what_was_added(self):
        ticket = self._chargeable_ticket()
        ticket._record_consent(self.signature, "The owner")
        ticket.action_resolve()
        ticket._set_order_line(self.callout, 1)
        ticket.callback_ids.action_satisfied()
        self.assertEqual(ticket.state, "resolved")
        with self.assertRaisesRegex(UserError, "new consent"):
            ticket.action_close()
        ticket._record_consent(self.signature, "The owner")
        ticket.action_close()
        self.assertEqual(ticket.state, "closed")

    def test_resolving_confirms_what_is_covered(self):
        ticket = self._covered_ticket().with_user(self.engineer)
        ticket.action_open()
        ticket.action_resolve()
        self.assertEqual(ticket.sudo().order_id.state, "sale")
        self.assertEqual(ticket.payment_state, "nothing")

    def test_the_counter_signs_in_a_dialog(self):
        ticket = self._chargeable_ticket().with_user(self.agent)
        action = ticket.action_consent()
        dialog = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        self.assertEqual(dialog.signed_by, self.customer.name)
        self.assertIn("Control board", dialog.order_table)
        dialog.signature = self.signature
        dialog.save().action_sign()
        self.assertEqual(ticket.sudo().order_id.state, "sale")

    def test_a_ticket_with_order_lines_is_not_merged_away(self):
        ticket, other = self._chargeable_ticket(), self._ticket()
        with self.assertRaisesRegex(UserError, "lines on its order"):
            ticket._merge_into(other)
        other._merge_into(ticket)
        self.assertEqual(other.merged_into_id, ticket)
