"""What the tests from this layer up share: terms, a covered unit, a cash book."""

import base64
import io

from PIL import Image, ImageDraw

from odoo import fields
from odoo.fields import Command

from odoo.addons.service_ticket.tests.common import ServiceCase


def draw_signature(ink="black"):
    """Return a signature as base64, as the signature widgets of Odoo give it."""
    image = Image.new("RGBA", (160, 60), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(10, 50), (60, 10), (90, 50), (150, 15)], fill=ink)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


class ContractCase(ServiceCase):
    """A washer with 24 months of warranty at a customer, and who handles money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        if not company.chart_template:
            cls.env["account.chart.template"].try_loading("generic_coa", company)
        cls.accountant = cls._new_user("accountant", "account.group_account_invoice")
        cls.salesman = cls._new_user(
            "salesman",
            "sales_team.group_sale_salesman,service_ticket.group_service_agent",
        )
        cls.coverage = cls.env.ref("service_contract.coverage_standard")
        cls.washer.service_coverage_id = cls.coverage
        cls.unit = cls._deliver(cls.washer, "W1-1001", cls.customer)
        cls.entitlement = cls.unit.entitlement_ids
        cls.cash_journal = cls.env["account.journal"].create(
            {"name": "Van cash", "type": "cash"}
        )
        cls.team.cash_journal_id = cls.cash_journal
        cls.labour = cls.env.ref("service_contract.product_labour")
        cls.callout = cls.env.ref("service_contract.product_callout")
        cls.diagnosis = cls.env.ref("service_contract.product_diagnosis")
        cls.board = cls.env["product.product"].create(
            {"name": "Control board", "type": "consu", "list_price": 120.0}
        )
        cls.quality = cls.env.ref("service_ticket.cause_component")
        cls.lightning = cls.env.ref("service_ticket.cause_lightning")
        cls.signature = draw_signature()

    @classmethod
    def _machine(cls, **vals):
        """Create another product that is tracked by serial."""
        vals = {"name": "Dryer D1", "is_storable": True, "tracking": "serial", **vals}
        return cls.env["product.product"].create({"type": "consu", **vals})

    @classmethod
    def _terms(cls, lines=(), **vals):
        """Create terms; `lines` as (kind, share, months)."""
        return cls.env["service.coverage"].create(
            {
                "name": "Own terms",
                "months": 12,
                "line_ids": [
                    Command.create({"kind": kind, "share": share, "months": months})
                    for kind, share, months in lines
                ],
                **vals,
            }
        )

    @classmethod
    def _entitle(cls, unit, coverage=None, **vals):
        """Give a unit an entitlement by hand."""
        return cls.env["service.entitlement"].create(
            {
                "unit_id": unit.id,
                "coverage_id": (coverage or cls.coverage).id,
                "note": "Recorded for a test",
                **vals,
            }
        )

    def _change(self, user, entitlement=None, **vals):
        """Extend, correct or void an entitlement by the dialog."""
        entitlement = entitlement or self.entitlement
        dialog = self.env["service.entitlement.change"].with_user(user)
        vals.setdefault("void_on", fields.Date.context_today(entitlement))
        return dialog.create({"entitlement_id": entitlement.id, **vals}).action_apply()

    @classmethod
    def _chargeable_ticket(cls, **vals):
        """A ticket whose cause is an exclusion, with an hour of labour and a board."""
        ticket = cls._ticket(cause_id=cls.lightning.id, outcome="fixed", **vals)
        ticket.user_id = cls.engineer
        ticket._set_order_line(cls.labour, 1)
        ticket._set_order_line(cls.board, 1)
        return ticket

    @classmethod
    def _covered_ticket(cls, **vals):
        """The same job with a quality fault: nothing is to pay."""
        ticket = cls._ticket(cause_id=cls.quality.id, outcome="fixed", **vals)
        ticket.user_id = cls.engineer
        ticket._set_order_line(cls.labour, 1)
        ticket._set_order_line(cls.board, 1)
        return ticket
