"""What the tests of the four addons share: people, and a unit really delivered."""

import io
from contextlib import contextmanager

from PyPDF2 import PdfReader

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from .module_case import ServiceModuleCase

__all__ = ["ServiceCase", "ServiceModuleCase"]


@tagged("post_install", "-at_install")
class ServiceCase(TransactionCase):
    """Users with exactly one role each, a customer, and a unit really delivered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        for name in ("agent", "dispatcher", "engineer", "manager"):
            setattr(
                cls, name, cls._new_user(name, f"service_ticket.group_service_{name}")
            )
        cls.engineer_2 = cls._new_user(
            "engineer_2", "service_ticket.group_service_engineer"
        )
        cls.team = cls.env.ref("service_ticket.team_service")
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Laundry at the Bridge",
                "phone": "+32 16 70 80 90",
                "email": "laundry@bridge.example.com",
                "street": "Bridge Street 1",
                "city": "Leuven",
            }
        )
        cls.washer = cls.env["product.product"].create(
            {
                "name": "Washer W1",
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "list_price": 800.0,
            }
        )
        cls.unit = cls._deliver(cls.washer, "W1-0001", cls.customer)

    @classmethod
    def _new_user(cls, login, groups, **vals):
        vals.setdefault("tz", "Europe/Brussels")
        return new_test_user(cls.env, f"service_{login}", groups=groups, **vals)

    @classmethod
    def _receive(cls, product, serial, quantity=1, location=None):
        """Put a quantity (of one serial, where given) into stock; return the lot."""
        lot = cls.env["stock.lot"]
        if serial:
            lot = lot.create({"name": serial, "product_id": product.id})
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "lot_id": lot.id,
                "location_id": (location or warehouse.lot_stock_id).id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()
        return lot

    @classmethod
    def _deliver(cls, product, serial, partner):
        """Deliver one new serial to a customer by a real picking; return the lot."""
        lot = cls._receive(product, serial)
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        customers = cls.env.ref("stock.stock_location_customers")
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.out_type_id.id,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": customers.id,
                "partner_id": partner.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 1,
                            "location_id": warehouse.lot_stock_id.id,
                            "location_dest_id": customers.id,
                            "move_line_ids": [
                                Command.create(
                                    {
                                        "product_id": product.id,
                                        "lot_id": lot.id,
                                        "quantity": 1,
                                        "picked": True,
                                    }
                                )
                            ],
                        }
                    )
                ],
            }
        )
        picking.button_validate()
        return lot

    @classmethod
    def _ticket(cls, **vals):
        """Create a fault ticket for the unit, as the front desk would."""
        vals = {
            "subject": "Does not start",
            "unit_id": cls.unit.id,
            "symptom_id": cls.env.ref("service_ticket.symptom_no_power").id,
            "severity_id": cls.env.ref("service_ticket.severity_main").id,
            **vals,
        }
        return cls.env["service.ticket"].create(vals)

    @classmethod
    def _open_mailbox(cls):
        """Give the team the address `service`; return the domain that it is at."""
        domain = cls.env["mail.alias.domain"].search([], limit=1)
        domain = domain or domain.create({"name": "suite.example.com"})
        cls.team.alias_id.write({"alias_name": "service", "alias_domain_id": domain.id})
        return domain.name

    def _run_cron(self, name):
        """Run a cron of service_ticket, as the scheduler does."""
        with self.enter_registry_test_mode():
            self.env.ref(f"service_ticket.{name}").method_direct_trigger()

    @contextmanager
    def _refused(self, error, why):
        """Expect a refusal with this reason, and undo what led to it."""
        with self.assertRaisesRegex(error, why), self.env.cr.savepoint():
            yield

    def _read_pdf(self, report, records):
        """Render a report for real; return the text of each page on one line."""
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True, lang=records.env.context.get("lang")
        )
        # Without a server the style sheets are out of reach: wkhtmltopdf warns.
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, kind = reports._render_qweb_pdf(report, records.ids)
        self.assertEqual(kind, "pdf")
        return [
            " ".join(page.extract_text().split())
            for page in PdfReader(io.BytesIO(content)).pages
        ]

    @classmethod
    def _second_company(cls):
        """Return a second company with a user who works only there."""
        company = cls.env["res.company"].create({"name": "Second Company"})
        user = cls._new_user(
            "stranger",
            "service_ticket.group_service_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        return company, user
