import base64
import io
from datetime import timedelta

from PIL import Image, ImageDraw

from odoo import api, fields, models


class ServiceDemo(models.AbstractModel):
    _inherit = "service.demo"

    @api.model
    def _charge(self, ticket_id, quantities, signed_by, then=None):
        """Let a job that is done have its order, the consent, and what came of it.

        :param quantities: {xml id of a product: quantity}
        :param then: None (to be invoiced), "bill", "transfer" or "cash"
        """
        ticket = self.env["service.ticket"].browse(ticket_id)
        ticket = ticket.with_context(tracking_disable=True)
        done = ticket.resolved_at
        said = ticket.message_ids
        engineer = ticket.with_user(ticket.user_id)
        order = engineer._get_order()
        for name, quantity in quantities.items():
            vals = {"order_id": order.id, "product_id": self.env.ref(name).id}
            order.order_line.create(vals | {"product_uom_qty": quantity})
        engineer._record_consent(self._draw_signature(), signed_by)
        order.write({"date_order": done, "signed_on": done})
        ticket.invalidate_recordset(["message_ids"])
        (ticket.message_ids - said).date = done
        if then:
            invoice = self._bill(ticket, order, done.date() + timedelta(days=1))
            getattr(self, f"_pay_by_{then}", lambda *_args: None)(ticket, invoice)

    def _bill(self, ticket, order, date):
        accountant = self.env.ref("service_contract.user_accountant")
        invoice = order._create_invoices(final=True)
        invoice.invoice_date = min(date, fields.Date.today())
        ticket.with_user(accountant).action_invoice()
        return invoice

    def _pay_by_transfer(self, _ticket, invoice):
        """The customer paid within the week."""
        paid = invoice.invoice_date + timedelta(days=5)
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create(
            {"payment_date": min(paid, fields.Date.today())}
        )._create_payments()

    def _pay_by_cash(self, ticket, _invoice):
        accountant = self.env.ref("service_contract.user_accountant")
        ticket.with_user(accountant).action_collect()

    def _draw_signature(self):
        image = Image.new("RGBA", (240, 80), (0, 0, 0, 0))
        line = [(12, 55), (40, 15), (48, 60), (80, 30), (96, 58), (150, 35), (228, 42)]
        ImageDraw.Draw(image).line(line, fill="navy", width=3, joint="curve")
        stream = io.BytesIO()
        image.save(stream, "PNG")
        return base64.b64encode(stream.getvalue())
