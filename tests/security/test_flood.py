"""B7: the public form withstands a flood: the limit holds, nothing breaks.

A burst in CI; at full size `flood.py` does it to a running server.
"""

from concurrent.futures import ThreadPoolExecutor

import requests

from odoo import http
from odoo.tests import tagged

from odoo.addons.service_ticket.tests import test_portal

_BURST = 48


@tagged("post_install", "-at_install")
class TestFlood(test_portal.PortalCase):
    def test_a_burst_from_one_address(self):
        self.env["service.rate.limit"].search([]).unlink()
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("service_ticket.reports_per_unit", "5")
        parameters.set_param("service_ticket.reports_per_address", "8")
        self._login(None)
        units = self.unit | self.other_unit
        before = self.env["service.ticket"].search_count([("channel", "=", "qr")])
        urls = [f"{self.base_url()}{unit._get_label_path()}/report" for unit in units]
        form = {"contact": "+32 1", "description": "x"}
        form["csrf_token"] = http.Request.csrf_token(self)
        self.env.flush_all()

        def send(number):
            answer = requests.post(
                urls[number % 2],
                data=form,
                cookies=cookies,
                allow_redirects=False,
                timeout=60,
            )
            return answer.status_code

        with self.allow_requests(all_requests=True), ThreadPoolExecutor(8) as pool:
            cookies = self.opener.cookies.get_dict()
            codes = list(pool.map(send, range(_BURST)))
        self.env.invalidate_all()
        made = self.env["service.ticket"].search_count([("channel", "=", "qr")])
        self.assertEqual(set(codes), {303, 429})
        self.assertEqual(codes.count(303), made - before)
        self.assertEqual(made - before, 8)
