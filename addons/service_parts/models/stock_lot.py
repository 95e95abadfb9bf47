from odoo import fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    part_usage_ids = fields.One2many(
        "service.part.usage",
        "unit_id",
        "Parts Fitted",
        readonly=True,
        groups="service_ticket.group_service_engineer,"
        "service_ticket.group_service_agent,stock.group_stock_user",
    )

    def _describe_place(self, company):
        """Return a sentence that says where stock sees this serial.

        What another company has is not told.
        """
        self.ensure_one()
        lot = self.sudo()
        quants = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
        place = quants[:1].location_id
        names = {"serial": lot.name, "place": place.display_name}
        if not place:
            return self.env._("Serial %(serial)s isn't in stock anywhere.", **names)
        if place.company_id and place.company_id != company:
            return self.env._("Serial %(serial)s isn't in our stock.", **names)
        if place.service_role == "van" and place.van_user_id:
            return self.env._(
                "Serial %(serial)s is in the van of %(user)s.",
                user=place.van_user_id.name,
                **names,
            )
        if place.usage == "production":
            return lot._describe_fitting()
        if place.usage == "customer":
            return self.env._("Serial %(serial)s was given to a customer.", **names)
        return self.env._("Serial %(serial)s is in %(place)s.", **names)

    def _describe_fitting(self):
        """Return a sentence that says on which ticket this serial was fitted."""
        line = self.env["stock.move.line"].search(
            [
                ("lot_id", "=", self.id),
                ("state", "=", "done"),
                ("move_id.repair_line_type", "=", "add"),
            ],
            order="date desc, id desc",
            limit=1,
        )
        repair = line.move_id.repair_id
        return self.env._(
            "Serial %(serial)s was already fitted on %(job)s.",
            serial=self.name,
            job=repair.ticket_id.name or repair.name or self.env._("another job"),
        )
