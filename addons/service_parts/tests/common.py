import base64
import io

from PIL import Image

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.service_ticket.tests.common import ServiceCase


class PartsMixin:
    """Helpers that need only `cls.env` and `cls.warehouse`."""

    @classmethod
    def _van(cls, user, **vals):
        return cls.env["stock.location"].create(
            {
                "name": f"Van {user.name}",
                "location_id": cls.warehouse.view_location_id.id,
                "service_role": "van",
                "van_user_id": user.id,
                **vals,
            }
        )

    @classmethod
    def _part(cls, name, tracking, price, cost):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "tracking": tracking,
                "list_price": price,
                "standard_price": cost,
            }
        )

    @classmethod
    def _receive_into(cls, location, product, serials=(), quantity=1):
        """Receive parts from a vendor by a real picking; return the new lots."""
        operation = cls.warehouse.in_type_id
        vendors = cls.env.ref("stock.stock_location_suppliers")
        places = {"location_id": vendors.id, "location_dest_id": location.id}
        line = {"product_id": product.id, "picked": True, **places}
        lines = [{**line, "lot_name": name, "quantity": 1} for name in serials] or [
            {**line, "quantity": quantity}
        ]
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": operation.id,
                **places,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": len(serials) or quantity,
                            "move_line_ids": [Command.create(vals) for vals in lines],
                            **places,
                        }
                    )
                ],
            }
        )
        picking.button_validate()
        return picking.move_ids.move_line_ids.sorted("id").lot_id

    @staticmethod
    def _sign(ticket):
        """The customer signs for what is on the order by now."""
        picture = io.BytesIO()
        image = Image.new("RGB", (80, 30), "white")
        image.paste("black", (10, 10, 60, 14))
        image.save(picture, "PNG")
        ticket._record_consent(base64.b64encode(picture.getvalue()), "Head of laundry")


class PartsCase(PartsMixin, ServiceCase):
    """Two engineers with a van each, and parts really received into them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.storekeeper = new_test_user(
            cls.env, "parts_storekeeper", groups="stock.group_stock_user"
        )
        cls.van = cls._van(cls.engineer)
        cls.van_2 = cls._van(cls.engineer_2)
        cls.board = cls._part("Control board", "serial", 180.0, 95.0)
        cls.belt = cls._part("Drive belt", "none", 18.0, 6.0)
        cls.board_1, cls.board_2 = cls._receive_into(
            cls.van, cls.board, ["CB-1", "CB-2"]
        )
        (cls.board_3,) = cls._receive_into(cls.van_2, cls.board, ["CB-3"])
        (cls.board_store,) = cls._receive_into(
            cls.warehouse.lot_stock_id, cls.board, ["CB-9"]
        )
        cls._receive_into(cls.van, cls.belt, quantity=5)
        cls.ticket = cls._job(cls.engineer)

    @classmethod
    def _job(cls, user, **vals):
        ticket = cls._ticket(user_id=user.id, **vals)
        ticket.with_user(user).action_open()
        return ticket

    def _consent(self, ticket=None):
        self._sign(ticket or self.ticket)

    def _as(self, user, record=None):
        return (record or self.ticket).with_user(user)

    def _stock(self, product):
        """Return {(place, serial): quantity}; who sold or lost it is left out."""
        self.env.flush_all()
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("quantity", "!=", 0),
                ("location_id.usage", "not in", ("supplier", "inventory")),
            ]
        )
        return {
            (quant.location_id.id, quant.lot_id.name): quant.quantity
            for quant in quants
        }

    def assertSerialsInOnePlace(self, product):
        """Invariant E1: over all places of ours, a serial exists at most once."""
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "=", product.id),
                ("location_id.usage", "in", ("internal", "transit", "customer")),
            ],
            ["lot_id"],
            ["quantity:sum", "quantity:min"],
        )
        for lot, total, lowest in groups:
            self.assertIn(total, (0, 1), lot.name)
            self.assertGreaterEqual(lowest, 0, lot.name)


class FittingCase(PartsCase):
    """A control board is planned on the ticket of the first engineer."""

    def setUp(self):
        super().setUp()
        self.job = self._as(self.engineer)
        self.move = self.job._plan_part(self.board, 1, self.engineer)

    def _customers(self):
        return self.env.ref("stock.stock_location_customers").id

    def _refused(self, sentence, move, *args, **kwargs):
        stock = self._stock(self.board)
        with self.assertRaisesRegex(UserError, sentence):
            self.job._fit_part(move, *args, **kwargs)
        self.assertEqual(self._stock(self.board), stock)
        self.assertNotEqual(move.sudo().state, "done")
