"""What follows, goes along, is taken over, or starts because nobody signed."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import ContractCase


class TestChain(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.unit)
        cls.project = cls.env.ref("service_contract.coverage_project")
        cls.maintenance = cls.env.ref("service_contract.coverage_maintenance")

    def _deliver_project(self, serial="P-1", customer=None):
        product = self._machine(service_coverage_id=self.project.id)
        return self._deliver(product, serial, customer or self.customer)

    def test_maintenance_begins_by_itself_and_has_no_end(self):
        unit = self._deliver_project()
        warranty = unit.entitlement_ids.filtered(lambda e: e.source == "delivery")
        after = unit.entitlement_ids - warranty
        self.assertEqual(
            (after.source, after.coverage_id), ("follow", self.maintenance)
        )
        self.assertEqual(after.layer, "contract")
        self.assertEqual(after.date_start, warranty.date_end + timedelta(days=1))
        self.assertGreater(after.date_end.year, 8000)
        unit.commissioned_on = self.today
        self.assertFalse(warranty.fallback_on)
        self.assertEqual(after.date_start, warranty.date_end + timedelta(days=1))

    def test_between_delivery_and_signature_nobody_is_left_alone(self):
        unit = self._deliver_project()
        ticket = self._ticket(unit_id=unit.id, cause_id=self.quality.id)
        unit.commissioned_on = self.today + timedelta(days=20)
        self.assertEqual(ticket.cover_state, "covered")

    def test_nobody_signed_in_time(self):
        unit = self._deliver_project()
        warranty = unit.entitlement_ids.filtered(lambda e: e.source == "delivery")
        self.assertEqual(warranty.fallback_on, self.today + timedelta(days=90))
        entitlements = self.env["service.entitlement"]
        progress = patch.object(type(self.env["ir.cron"]), "_commit_progress")
        self.startPatcher(progress)
        entitlements._cron_fall_back()
        self.assertTrue(warranty.fallback_on)
        unit.delivered_on = self.today - timedelta(days=91)
        unit.commissioned_on = False
        self.assertEqual(warranty.fallback_on, self.today - timedelta(days=1))
        self.assertEqual(warranty.date_start, unit.delivered_on)
        entitlements._cron_fall_back()
        self.assertFalse(warranty.fallback_on)
        self.assertEqual(warranty.date_start, self.today - timedelta(days=1))
        unit.commissioned_on = self.today
        self.assertEqual(warranty.date_start, self.today - timedelta(days=1))

    def test_one_bad_record_does_not_stop_the_others(self):
        units = self._deliver_project("P-1") + self._deliver_project("P-2")
        waiting = units.entitlement_ids.filtered("fallback_on")
        waiting.write({"fallback_on": self.today})
        model = type(self.env["service.entitlement"])
        fall_back = model._fall_back

        def break_one(entitlement):
            if entitlement == waiting[0]:
                raise ValueError("broken")
            return fall_back(entitlement)

        with (
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
            patch.object(model, "_fall_back", break_one),
            mute_logger(
                "odoo.addons.service_contract.models.service_entitlement_delivery"
            ),
        ):
            self.env["service.entitlement"]._cron_fall_back()
        self.assertTrue(waiting[0].fallback_on)
        self.assertFalse(waiting[1].fallback_on)

    def test_a_replaced_unit_leaves_what_is_left(self):
        old = self._deliver_project("P-1")
        new = self._deliver_project("P-2")
        before = {e.coverage_id: e.date_end for e in old.entitlement_ids}
        old._replace_with(new, reason="Third failure")
        self.assertFalse(old.entitlement_ids._still_counts())
        counting = new.entitlement_ids._still_counts()
        self.assertEqual({e.coverage_id: e.date_end for e in counting}, before)
        self.assertTrue(all(counting.mapped("inherited_from_id")))
        ticket = self._ticket(unit_id=new.id, cause_id=self.quality.id)
        self.assertEqual(ticket.cover_state, "covered")

    def test_limits_go_on_counting_on_the_new_unit(self):
        self.entitlement.unlink()
        terms = self._terms()
        terms.line_ids = [
            fields.Command.create({"kind": "labour", "share": 100, "limit_qty": 2})
        ]
        self._entitle(self.unit, terms)
        ticket = self._ticket(cause_id=self.quality.id)
        ticket._set_order_line(self.labour, 2)
        ticket._record_consent(False, False)
        new = self.env["stock.lot"].create(
            {"name": "N-1", "product_id": self.washer.id}
        )
        self.unit._replace_with(new, reason="Third failure")
        ticket = self._ticket(unit_id=new.id, cause_id=self.quality.id)
        self.assertEqual(ticket._set_order_line(self.labour, 1).discount, 0)

    def test_what_is_not_transferable_ends_with_the_owner(self):
        bound = self._terms([("part", 100, 0)], transferable=False)
        stays = self._entitle(self.unit, bound)
        other = self.env["res.partner"].create({"name": "Second Owner"})
        site = self.env["res.partner"].create(
            {"name": "Backyard", "parent_id": self.customer.id}
        )
        self.unit._change_hands(self.customer, site, self.today)
        self.assertFalse(stays.void_on, "another site of the same owner")
        self.unit._change_hands(other, other, self.today)
        self.assertEqual(stays.void_on, self.today)
        self.assertEqual(self.entitlement.state, "running")

    def test_terms_of_the_sale_line_come_first(self):
        lot = self._receive(self.washer, "W1-2001")
        free = self.env.ref("service_contract.coverage_free")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": self.washer.id,
                            "service_coverage_id": free.id,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.move_line_ids.picked = True
        order.picking_ids.button_validate()
        self.assertEqual(lot.entitlement_ids.coverage_id, free)

    # --- The warranty of a repair ---------------------------------------------------

    def test_a_fitted_part_carries_its_own_warranty(self):
        self.entitlement.unlink()
        repair = self.env.ref("service_contract.coverage_repair")
        self.env.company.service_repair_coverage_id = repair
        ticket = self._chargeable_ticket()
        ticket._record_consent(self.signature, "The owner")
        ticket.action_resolve()
        given = self.unit.entitlement_ids
        self.assertEqual((given.source, given.ticket_id), ("repair", ticket))
        self.assertEqual(given.scope_product_id, self.board)
        again = self._ticket(cause_id=self.quality.id)
        part = again._set_order_line(self.board, 1)
        work = again._set_order_line(self.labour, 1)
        work._rejudge()
        self.assertEqual((part.discount, work.discount), (100, 100))
        belt = self._ticket(cause_id=self.quality.id)
        other = self.env["product.product"].create({"name": "Belt", "type": "consu"})
        part = belt._set_order_line(other, 1)
        self.assertEqual(part.discount, 0)
        self.assertIn("another part", part.cover_reason)

    def test_a_job_that_is_done_again_gives_one_warranty(self):
        self.board.service_repair_coverage_id = self.env.ref(
            "service_contract.coverage_repair"
        )
        ticket = self._covered_ticket()
        ticket.action_resolve()
        ticket.action_reopen()
        ticket.action_resolve()
        given = self.unit.entitlement_ids.filtered(lambda e: e.source == "repair")
        self.assertEqual(len(given), 1)

    # --- By hand ----------------------------------------------------------------------

    def test_a_manager_extends_corrects_and_voids_with_a_reason(self):
        for user in (self.agent, self.engineer):
            with self.assertRaises(AccessError):
                self._change(user, kind="extend", reason="Asked for it")
        self._change(self.manager, kind="extend", reason="Bought two more years")
        new = self.unit.entitlement_ids - self.entitlement
        self.assertEqual((new.source, new.layer), ("extension", "extension"))
        self.assertEqual(new.date_start, self.entitlement.date_end + timedelta(days=1))
        self.assertEqual(new.note, "Bought two more years")
        start = self.today - timedelta(days=9)
        self._change(
            self.manager,
            kind="correct",
            reason="The receipt says so",
            date_start=start,
            date_end=self.entitlement.date_end,
        )
        self.assertEqual(self.entitlement.date_start, start)
        self.assertIn("The receipt", self.entitlement.message_ids[0].body)
        self._change(self.manager, entitlement=new, kind="void", reason="Paid back")
        self.assertEqual(new.state, "void")

    def test_what_was_promised_is_not_written_by_hand(self):
        mine = self.entitlement.with_user(self.manager)
        for vals in (
            {"date_end": "2090-01-01"},
            {"unit_id": self.unit.copy({"name": "Other"}).id},
            {"source": "goodwill"},
            {"layer": "goodwill"},
            {"inherited_from_id": self.entitlement.id},
        ):
            with self.assertRaisesRegex(UserError, "as it was promised"):
                mine.write(vals)
        with self.assertRaisesRegex(UserError, "By hand you give"):
            mine.create(
                {
                    "unit_id": self.unit.id,
                    "coverage_id": self.coverage.id,
                    "source": "sale",
                }
            )
        forged = mine.with_context(
            default_source="sale", default_picking_id=self.entitlement.picking_id.id
        ).create(
            {"unit_id": self.unit.id, "coverage_id": self.coverage.id, "note": "Mine"}
        )
        self.assertEqual((forged.source, bool(forged.picking_id)), ("manual", False))
