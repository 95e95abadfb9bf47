from odoo import fields, models

UNITS = [
    ("count", "Number"),
    ("percent", "Percent"),
    ("hours", "Hours and minutes"),
    ("mean", "Average"),
]
GROUPS = [
    ("load", "Work"),
    ("promises", "Promises"),
    ("time", "Time"),
    ("quality", "Quality"),
    ("customers", "Customers"),
]


class ServiceKpi(models.Model):
    """A key figure: what it is called, what it says in words, and what is aimed at.

    How it is counted is code (`_get_figures`), so that the dashboard, the reports and
    the lists behind them can't disagree; what it is called and aimed at are data.
    """

    _name = "service.kpi"
    _description = "Key Figure"
    _order = "sequence, id"

    key = fields.Char(required=True, readonly=True, help="How the system names it.")
    name = fields.Char(required=True, translate=True)
    definition = fields.Text(
        required=True,
        translate=True,
        help="How the figure is counted, as readers see it.",
    )
    group = fields.Selection(GROUPS, "Shown Under", required=True, default="load")
    unit = fields.Selection(UNITS, required=True, default="count")
    better = fields.Selection(
        [("up", "More is better"), ("down", "Less is better"), ("none", "Neither")],
        "Direction",
        required=True,
        default="none",
    )
    has_target = fields.Boolean("Has a Target")
    target = fields.Float(help="In the unit of the figure: 98 for 98 %.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True, help="Archived figures are neither shown nor counted."
    )

    _one_per_key = models.UniqueIndex("(key)", "There is a figure with this key.")

    def _get_target(self):
        """Return what is aimed at, or None."""
        self.ensure_one()
        return self.target if self.has_target else None
