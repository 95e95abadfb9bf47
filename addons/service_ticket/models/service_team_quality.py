from odoo import fields, models

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ServiceTeam(models.Model):
    _inherit = "service.team"

    quality_weekday = fields.Selection(
        WEEKDAYS,
        "Quality Meeting",
        help="On this day of each week the team looks at the week before; its meeting "
        "is made a week ahead. Empty: no meeting.",
    )
    quality_hour = fields.Float("Begins At", default=9.0)

    _quality_hour_of_a_day = models.Constraint(
        "CHECK (quality_hour >= 0 AND quality_hour < 24)",
        "A meeting begins between 0:00 and 23:59.",
    )
