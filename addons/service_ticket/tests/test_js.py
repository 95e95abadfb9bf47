from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js as web_js


@tagged("post_install", "-at_install")
class TestJs(HttpCase):
    """The unit tests of this addon's scripts, run in the browser."""

    def test_hoot(self):
        suite = web_js.HOOTCommon._generate_hash(self, "@service_ticket")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=web_js.unit_test_error_checker,
        )
