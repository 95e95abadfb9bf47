"""The judge's decision table, so that this addon alone proves its core.

Properties over random cases stand in tests/property/test_cover.py.
"""

from datetime import date
from decimal import Decimal

from odoo.tests import TransactionCase, tagged

from ..engine import cover


@tagged("post_install", "-at_install")
class TestEngine(TransactionCase):
    def _judge(self, layer="warranty", share=100, **request):
        grant = cover.Grant("part", Decimal(share), date(2028, 1, 14))
        paper = cover.Entitlement("1", layer, date(2026, 1, 15), (grant,))
        values = {"kind": "part", "day": date(2026, 6, 1), "entitlements": (paper,)}
        return cover.judge(cover.CoverRequest(**(values | request)))

    def test_periods_end_the_day_before_their_anniversary(self):
        for start, months, end in (
            (date(2026, 1, 15), 24, date(2028, 1, 14)),
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2026, 1, 1), 12, date(2026, 12, 31)),
        ):
            with self.subTest(start=start, months=months):
                self.assertEqual(cover.last_day(start, months), end)

    def test_decision_table(self):
        for request, share, rule, key in (
            ({}, 100, "warranty", "covered"),
            ({"share": 50}, 50, "warranty", "partly"),
            ({"layer": "goodwill"}, 100, "goodwill", "covered"),
            ({"exclusion": "lightning"}, 0, "paid", "excluded"),
            (
                {"exclusion": "lightning", "diagnosed": False},
                100,
                "warranty",
                "covered",
            ),
            ({"fault": False}, 0, "paid", "not_fault"),
            ({"kind": "labour"}, 0, "paid", "kind"),
            ({"day": date(2028, 1, 14)}, 100, "warranty", "covered"),
            ({"day": date(2028, 1, 15)}, 0, "paid", "ended"),
            ({"day": date(2026, 1, 15)}, 100, "warranty", "covered"),
            ({"day": date(2026, 1, 14)}, 0, "paid", "not_started"),
            ({"entitlements": ()}, 0, "paid", "none"),
        ):
            with self.subTest(**request):
                verdict = self._judge(**request)
                self.assertEqual(
                    (verdict.share, verdict.rule, verdict.reason.key),
                    (share, rule, key),
                )
