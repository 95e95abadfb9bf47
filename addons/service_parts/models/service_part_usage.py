from odoo import fields, models
from odoo.tools import SQL


class ServicePartUsage(models.Model):
    """One part planned for or fitted into a unit, as the stock moves tell it.

    Front desk and engineers read it without any right on stock.
    """

    _name = "service.part.usage"
    _description = "Part on a Ticket"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "product_id"
    _depends = {
        "stock.move": [
            "state",
            "date",
            "product_id",
            "product_uom",
            "product_uom_qty",
            "quantity",
            "location_id",
            "repair_id",
            "repair_line_type",
            "fitted_move_id",
        ],
        "stock.move.line": ["lot_id", "move_id", "quantity"],
        "repair.order": ["ticket_id"],
        "service.ticket": ["unit_id", "partner_id", "company_id"],
        "stock.location": ["van_user_id"],
    }

    ticket_id = fields.Many2one("service.ticket", "Ticket", readonly=True)
    repair_id = fields.Many2one("repair.order", "Repair Order", readonly=True)
    unit_id = fields.Many2one("stock.lot", "Unit", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", "Part", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    uom_id = fields.Many2one("uom.uom", "Unit of Measure", readonly=True)
    serial_in = fields.Char("Serial In", readonly=True)
    removed_product_id = fields.Many2one(
        "product.product", "Part Taken Out", readonly=True
    )
    serial_out = fields.Char("Serial Out", readonly=True)
    location_id = fields.Many2one("stock.location", "From", readonly=True)
    van_user_id = fields.Many2one("res.users", "Engineer", readonly=True)
    date = fields.Datetime(readonly=True)
    state = fields.Selection(
        [("planned", "Planned"), ("reserved", "Reserved"), ("fitted", "Fitted")],
        readonly=True,
    )

    @property
    def _table_query(self):
        lots = """(SELECT string_agg(lot.name, ', ' ORDER BY line.id)
                     FROM stock_move_line line
                     JOIN stock_lot lot ON lot.id = line.lot_id
                    WHERE line.move_id = %s)"""
        return SQL(
            """
            SELECT m.id,
                   r.ticket_id,
                   r.id AS repair_id,
                   t.unit_id,
                   t.partner_id,
                   t.company_id,
                   m.product_id,
                   CASE WHEN m.state = 'done' THEN m.quantity
                        ELSE m.product_uom_qty END AS quantity,
                   m.product_uom AS uom_id,
                   CASE WHEN m.state = 'done' THEN %(lots_in)s END AS serial_in,
                   o.product_id AS removed_product_id,
                   %(lots_out)s AS serial_out,
                   m.location_id,
                   l.van_user_id,
                   m.date,
                   CASE WHEN m.state = 'done' THEN 'fitted'
                        WHEN m.state IN ('assigned', 'partially_available')
                        THEN 'reserved'
                        ELSE 'planned' END AS state
              FROM repair_order r
              JOIN service_ticket t ON t.id = r.ticket_id
              JOIN stock_move m ON m.repair_id = r.id
                               AND m.repair_line_type = 'add'
                               AND m.state != 'cancel'
              JOIN stock_location l ON l.id = m.location_id
         LEFT JOIN stock_move o ON o.fitted_move_id = m.id AND o.state = 'done'
            """,
            lots_in=SQL(lots, SQL("m.id")),
            lots_out=SQL(lots, SQL("o.id")),
        )

    def action_view_repair(self):
        """Open the repair order that carries this part."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "repair.order",
            "res_id": self.repair_id.id,
            "views": [[False, "form"]],
        }

    def action_fit(self):
        """Ask what went in and what came out."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fit %s", self.product_id.display_name),
            "res_model": "service.part.fit",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_ticket_id": self.ticket_id.id,
                "default_move_id": self.id,
                "default_product_id": self.product_id.id,
            },
        }

    def action_unplan(self):
        """Take planned parts off their jobs."""
        for part in self:
            part.ticket_id._unplan_part(self.env["stock.move"].browse(part.id))
        return True
