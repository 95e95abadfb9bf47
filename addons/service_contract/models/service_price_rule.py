from odoo import api, fields, models
from odoo.exceptions import UserError

# What a price is never above, by the judge's name for it.
CEILINGS = {"use_cost": "cost", "use_contract": "contract", "use_card": "card"}


class ServicePriceRule(models.Model):
    """What the customer pays for what is not covered: the lowest of these prices."""

    _name = "service.price.rule"
    _description = "Price Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    use_cost = fields.Boolean("Cost", help="What the part or the hour costs us.")
    use_contract = fields.Boolean(
        "Original Contract",
        help="The unit price in the order by which the unit was sold, or in the prices "
        "agreed with its entitlement.",
    )
    use_card = fields.Boolean(
        "Warranty Card", help="The price list that stands on the warranty terms."
    )
    note = fields.Text(translate=True)

    _names_a_price = models.Constraint(
        "CHECK(use_cost OR use_contract OR use_card)",
        "A price rule names a price besides the tariff, which always holds.",
    )

    def write(self, vals):
        if CEILINGS.keys() & vals.keys():
            self._check_not_promised()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        self._check_not_promised()

    def _check_not_promised(self):
        """What a customer was promised does not change behind the customer's back."""
        lines = self.env["service.coverage.line"].sudo()
        for rule in self:
            used = lines.search(
                [
                    "|",
                    ("price_rule_id", "=", rule.id),
                    ("excluded_rule_id", "=", rule.id),
                ]
            )
            promised = self.env["service.entitlement"].sudo()
            if promised.search_count([("coverage_id", "in", used.coverage_id.ids)]):
                raise UserError(
                    self.env._(
                        "“%s” is promised with units and stays as it is. Make another "
                        "rule, and terms that use it.",
                        rule.name,
                    )
                )

    def _get_ceilings(self):
        """Return the judge's names of the prices; none without a rule."""
        return tuple(code for name, code in CEILINGS.items() if self[name])
