"""People with one role each, who work through the web client's own interface."""

import base64
import io
import json
from urllib.parse import quote

from PyPDF2 import PdfReader

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

# A PNG of one pixel: what a signature pad sends, as small as it gets.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


class StoryCase(HttpCase):
    """A company that sells washing machines and repairs them.

    Everything that a person does goes over HTTP, with that person's session and rights,
    through the calls that the web client makes.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", cls.env.company, install_demo=False
            )
        # A server under test can't serve the style sheets of a document while it makes
        # that document: nobody listens here, and wkhtmltopdf goes on without them.
        cls.env["ir.config_parameter"].set_param("report.url", "http://127.0.0.1:9")
        cls.cash_journal = cls.env["account.journal"].create(
            {"name": "Cash on Site", "type": "cash", "code": "CSITE"}
        )
        cls.people = {
            role: new_test_user(
                cls.env, f"story_{role}", groups=groups, tz="Europe/Brussels"
            )
            for role, groups in {
                "seller": "sales_team.group_sale_salesman,stock.group_stock_user",
                "frontdesk": "service_ticket.group_service_agent",
                "dispatcher": "service_ticket.group_service_dispatcher",
                "engineer": "service_ticket.group_service_engineer",
                "accountant": "account.group_account_invoice",
            }.items()
        }
        cls._set_up_catalogue()
        cls._set_up_van()

    @classmethod
    def _set_up_catalogue(cls):
        coverage = cls.env.ref("service_contract.coverage_standard")
        products = cls.env["product.product"]
        cls.washer = products.create(
            {
                "name": "Story Washer",
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "list_price": 900.0,
                "invoice_policy": "delivery",
                "service_coverage_id": coverage.id,
                "taxes_id": [Command.clear()],
            }
        )
        cls.board = products.create(
            {
                "name": "Story Control Board",
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "list_price": 180.0,
                "standard_price": 95.0,
                "taxes_id": [Command.clear()],
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Guest House at the Mill",
                "phone": "+32 16 44 55 66",
                "email": "mill@guesthouse.example.com",
                "street": "Mill Street 3",
                "city": "Leuven",
                "country_id": cls.env.ref("base.be").id,
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        for serial in ("SW-1001", "SW-1002"):
            cls._put(cls.washer, serial, cls.warehouse.lot_stock_id)

    @classmethod
    def _set_up_van(cls):
        engineer = cls.people["engineer"]
        cls.engineer = cls.env["hr.employee"].create(
            {
                "name": "Story Engineer",
                "user_id": engineer.id,
                "is_service_engineer": True,
                "resource_calendar_id": cls.env.company.resource_calendar_id.id,
            }
        )
        cls.van = cls.env["stock.location"].create(
            {
                "name": "Story Van",
                "usage": "internal",
                "location_id": cls.warehouse.view_location_id.id,
                "service_role": "van",
                "van_user_id": engineer.id,
            }
        )
        for serial in ("SB-7", "SB-8"):
            cls._put(cls.board, serial, cls.van)

    @classmethod
    def _put(cls, product, serial, location):
        lot = cls.env["stock.lot"].create({"name": serial, "product_id": product.id})
        cls.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "lot_id": lot.id,
                "location_id": location.id,
                "inventory_quantity": 1,
            }
        ).action_apply_inventory()

    # --- What a person does -------------------------------------------------------

    def work_as(self, role):
        """Log in as the person with this role."""
        login = self.people[role].login
        self.authenticate(login, login)

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does; return its result."""
        reply = self._post_call(model, method, args, kwargs)
        if "error" in reply:
            self.fail(f"{model}.{method}: {reply['error']['data']['message']}")
        return reply.get("result")

    def refused(self, model, method, *args, **kwargs):
        """Call a method that must be refused; return what the person is told."""
        with mute_logger("odoo.http"):
            reply = self._post_call(model, method, args, kwargs)
        self.assertIn("error", reply, f"{model}.{method} was not refused")
        return reply["error"]["data"]["message"]

    def _post_call(self, model, method, args, kwargs):
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    },
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return response.json()

    def print_pdf(self, report, record_id):
        """Print a report as the web client does; return its text on one line."""
        # While tests run Odoo gives HTML unless it is told otherwise.
        context = quote(json.dumps({"force_report_rendering": True}))
        url = f"/report/pdf/{report}/{record_id}?context={context}"
        # Odoo prints on a read-only cursor first and tries again where that fails.
        with mute_logger(
            "odoo.addons.base.models.ir_actions_report", "odoo.sql_db", "odoo.http"
        ):
            response = self.url_open(url, timeout=60)
        self.assertEqual(
            response.headers["Content-Type"], "application/pdf", response.text[-800:]
        )
        pages = PdfReader(io.BytesIO(response.content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def sell_and_deliver(self, serial):
        """Sell a washing machine and deliver this serial; return the unit."""
        self.work_as("seller")
        [order_id] = self.call(
            "sale.order",
            "create",
            [
                {
                    "partner_id": self.customer.id,
                    "order_line": [[0, 0, {"product_id": self.washer.id}]],
                }
            ],
        )
        self.call("sale.order", "action_confirm", [order_id])
        order = self.env["sale.order"].browse(order_id)
        picking = order.picking_ids
        unit = self.env["stock.lot"].search(
            [("name", "=", serial), ("product_id", "=", self.washer.id)]
        )
        self.call(
            "stock.move.line",
            "write",
            picking.move_line_ids.ids,
            {"lot_id": unit.id, "quantity": 1, "picked": True},
        )
        self.call("stock.picking", "button_validate", [picking.id])
        self.assertEqual(picking.state, "done")
        return unit


def signature():
    """Return a signature as the phone sends it (PNG, base64)."""
    assert base64.b64decode(SIGNATURE).startswith(b"\x89PNG")
    return SIGNATURE
