"""Who may what: each rule with somebody who is let in and somebody who is refused."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import ContractCase


class TestAccess(ContractCase):
    def test_terms_are_read_by_the_service_and_changed_by_the_manager(self):
        terms = self._terms([("part", 100, 0)])
        for user in (self.engineer, self.agent, self.accountant):
            mine = terms.with_user(user)
            self.assertTrue(mine.line_ids.kind)
            self.assertTrue(self.entitlement.with_user(user).date_end)
            for act in (
                lambda mine=mine: mine.write({"name": "Mine"}),
                lambda mine=mine: mine.create({"name": "Mine", "months": 1}),
                lambda mine=mine: mine.line_ids.write({"share": 1}),
                lambda mine=mine: mine.unlink(),
                lambda user=user: self.entitlement.with_user(user).write({"note": "x"}),
                lambda user=user: self.entitlement.with_user(user).copy(),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    act()
        terms.with_user(self.manager).line_ids.share = 80
        self.assertEqual(terms.line_ids.share, 80)
        with self.assertRaisesRegex(UserError, "Correct"):
            self.entitlement.with_user(self.manager).void_reason = "Sold in error"
        self._change(self.manager, kind="void", reason="Sold in error")
        self.assertEqual(self.entitlement.state, "void")
        with self.assertRaises(AccessError):
            self.entitlement.with_user(self.manager).unlink()

    def test_an_ordinary_employee_sees_nothing(self):
        nobody = self._new_user("nobody", "base.group_user")
        for record in (self.coverage, self.entitlement, self.coverage.line_ids):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(nobody).read(["create_date"])

    def test_orders_are_reached_through_the_ticket_only(self):
        ticket = self._chargeable_ticket()
        order = ticket.order_id
        for user in (self.engineer, self.agent, self.dispatcher, self.manager):
            mine = ticket.with_user(user)
            self.assertGreater(mine.order_amount, 0)
            self.assertTrue(mine.order_table)
            for record in (order, order.order_line):
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(f"{user.login} {record._name} {operation}"):
                        self.assertFalse(record.with_user(user).has_access(operation))

    def test_the_engineer_has_his_own_tickets_orders_only(self):
        ticket = self._chargeable_ticket()
        stranger = ticket.with_user(self.engineer_2)
        for act in (
            lambda: stranger._get_order(),
            lambda: stranger.action_view_invoices(),
            lambda: stranger._set_order_line(self.labour, 3),
            lambda: stranger._record_consent(self.signature, "The owner"),
            lambda: stranger._create_invoice(),
            lambda: stranger._collect(),
            lambda: stranger._get_receipt(),
            lambda: stranger.action_add_to_order(),
        ):
            with self.assertRaises(AccessError):
                act()
        self.assertEqual(ticket.order_id.state, "draft")
        self.assertEqual(ticket.order_id.order_line[0].product_uom_qty, 1)

    def test_nobody_hangs_another_order_on_a_ticket(self):
        ticket = self._ticket(user_id=self.engineer.id)
        foreign = self._chargeable_ticket().order_id
        tickets = self.env["service.ticket"].with_user(self.agent)
        for user in (self.engineer, self.agent, self.manager):
            for vals in ({"order_id": foreign.id}, {"payment_state": "paid"}):
                with self.assertRaises(UserError):
                    ticket.with_user(user).write(vals)
        crafted = tickets.with_context(default_order_id=foreign.id)
        self.assertFalse(crafted.create({"subject": "Mine"}).order_id)
        self.assertFalse(ticket.order_id)

    def test_the_consent_dialog_leaks_no_foreign_ticket(self):
        ticket = self._chargeable_ticket()
        dialogs = self.env["service.consent"].with_user(self.engineer_2)
        with self.assertRaises(AccessError):
            dialogs.create({"ticket_id": ticket.id})
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            dialogs.create({"ticket_id": ticket.id, "signed_by": "Me"})
        self.env.invalidate_all()
        # Even where it were made, it would show and sign nothing.
        vals = {"ticket_id": ticket.id, "signed_by": "Me"}
        dialog = dialogs.sudo().create(vals).sudo(False)
        self.env.invalidate_all()
        for name in ("amount", "order_table", "currency_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                dialog.read([name])
        with self.assertRaises(AccessError):
            dialog.action_sign()

    def test_a_dialog_is_its_users_own(self):
        """What the customer signs at the counter is for nobody else to read."""
        ticket = self._chargeable_ticket()
        vals = {"ticket_id": ticket.id, "signature": self.signature}
        dialog = self.env["service.consent"].with_user(self.engineer).create(vals)
        self.assertTrue(dialog.read(["signature"])[0]["signature"])
        for user in (self.agent, self.engineer_2, self.manager):
            other = dialog.with_user(user)
            self.assertFalse(other.search([]))
            for act in (other.action_sign, lambda d=other: d.read(["signature"])):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    act()

    def test_the_engineer_has_no_accounting_rights(self):
        ticket = self._chargeable_ticket()
        ticket._record_consent(self.signature, "The owner")
        payment = ticket.with_user(self.engineer)._collect()
        for record in (payment, payment.move_id, ticket.invoice_ids):
            with self.subTest(record._name):
                self.assertFalse(
                    record.with_user(self.engineer).sudo(False).has_access("read")
                )

    def test_the_accountant_reads_tickets_and_changes_none(self):
        ticket = self._chargeable_ticket().with_user(self.accountant)
        self.assertTrue(ticket.name)
        self.assertTrue(ticket.order_id.read(["amount_total"]))
        for act in (
            lambda: ticket.write({"subject": "Mine"}),
            lambda: ticket.write({"exclusion_id": False}),
            lambda: ticket._get_order(),
            lambda: ticket._set_order_line(self.labour, 3),
            lambda: ticket._record_consent(self.signature, "The owner"),
            lambda: ticket.action_consent(),
            lambda: ticket.unlink(),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_an_engineer_who_is_an_accountant_writes_own_tickets_only(self):
        both = self._new_user(
            "both",
            "account.group_account_invoice,service_ticket.group_service_engineer",
        )
        ticket = self._ticket()
        self.assertTrue(ticket.with_user(both).subject)
        with self.assertRaises(AccessError):
            ticket.with_user(both).subject = "Mine"

    def test_the_accountant_is_offered_no_step_of_the_ticket(self):
        form = (
            self.env["service.ticket"]
            .with_user(self.accountant)
            .get_view(view_type="form")["arch"]
        )
        self.assertNotIn("action_resolve", form)
        self.assertIn("action_invoice", form)
        form = (
            self.env["service.ticket"]
            .with_user(self.agent)
            .get_view(view_type="form")["arch"]
        )
        self.assertIn("action_resolve", form)
        self.assertNotIn("action_invoice", form)

    def test_the_money_menu_is_for_those_who_handle_money(self):
        money = self.env.ref("service_contract.menu_service_money")
        root = self.env.ref("service_ticket.menu_service_root")
        for user, seen in (
            (self.accountant, True),
            (self.manager, True),
            (self.agent, False),
            (self.engineer, False),
        ):
            with self.subTest(user.login):
                visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
                self.assertIn(root.id, visible)
                self.assertEqual(money.id in visible, seen)

    # --- Two companies -------------------------------------------------------------

    def test_companies_dont_see_each_other(self):
        company, stranger = self._second_company()
        terms = self._terms([("part", 100, 0)], company_id=self.env.company.id)
        ticket = self._chargeable_ticket()
        for record in (terms, terms.line_ids, self.entitlement, ticket):
            with self.subTest(record._name):
                self.assertFalse(
                    record.with_user(stranger).search([("id", "in", record.ids)])
                )
                with self.assertRaises(AccessError):
                    record.with_user(stranger).read(["create_date"])
        with self.assertRaises(AccessError):
            ticket.with_user(stranger)._collect()
        self.assertTrue(self.coverage.with_user(stranger).name, "shared terms")
        foreign = self.env["service.coverage"].create(
            {"name": "Theirs", "company_id": company.id}
        )
        self.assertFalse(
            foreign.with_user(self.manager).search([("id", "=", foreign.id)])
        )

    def test_an_entitlement_does_not_join_two_companies(self):
        company, _stranger = self._second_company()
        foreign = self.env["service.coverage"].create(
            {"name": "Theirs", "company_id": company.id}
        )
        with self.assertRaises(UserError):
            self._entitle(self.unit, foreign)

    def test_terms_of_another_company_grant_nothing(self):
        company, _stranger = self._second_company()
        foreign = self.env["service.coverage"].create(
            {"name": "Theirs", "company_id": company.id}
        )
        with self.assertRaises(UserError):
            self._machine(service_coverage_id=foreign.id)
        categ = self.env["product.category"].create(
            {"name": "Dryers", "service_coverage_id": foreign.id}
        )
        product = self._machine(categ_id=categ.id)
        unit = self._deliver(product, "F-1", self.customer)
        self.assertFalse(unit.entitlement_ids)

    def test_an_entitlement_of_another_company_covers_nothing(self):
        company, _stranger = self._second_company()
        self.entitlement.unlink()
        self._entitle(self.unit, company_id=company.id)
        self.assertEqual(self._ticket().cover_state, "chargeable")

    def test_cash_goes_into_the_books_of_the_tickets_company(self):
        company, _stranger = self._second_company()
        self.env.user.company_ids = [Command.link(company.id)]
        self.env["account.chart.template"].try_loading("generic_coa", company)
        theirs = self.env["account.journal"].create(
            {
                "name": "Their cash",
                "code": "TCSH",
                "type": "cash",
                "company_id": company.id,
            }
        )
        ticket = self._chargeable_ticket()
        ticket._record_consent(self.signature, "The owner")
        with self.assertRaisesRegex(UserError, "must be a cash journal"):
            ticket._collect(journal=theirs)
        with self.assertRaises(UserError):
            self.team.cash_journal_id = theirs
        payment = ticket._collect()
        self.assertEqual(payment.company_id, self.env.company)

    def test_the_whole_way_in_another_company(self):
        company, manager = self._second_company()
        self.env["account.chart.template"].try_loading("generic_coa", company)
        journal = self.env["account.journal"].create(
            {"name": "Their cash", "type": "cash", "company_id": company.id}
        )
        ticket = (
            self.env["service.ticket"]
            .with_user(manager)
            .create(
                {
                    "subject": "Abroad",
                    "partner_id": self.customer.id,
                    "company_id": company.id,
                    "cause_id": self.lightning.id,
                }
            )
        )
        line = ticket._set_order_line(self.labour, 1)
        self.assertEqual(line.company_id, company)
        ticket._record_consent(self.signature, "The owner")
        payment = ticket._collect()
        self.assertEqual(payment.journal_id, journal)
        self.assertEqual(payment.company_id, company)
        self.assertEqual(ticket.payment_state, "paid")
        self.assertEqual(ticket.sudo().invoice_ids.company_id, company)
