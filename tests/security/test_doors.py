"""One world for all that knocks at doors: to set it up takes longer than to knock."""

from odoo.tests import tagged

from . import companies, forms, methods, rights, routes


@tagged("post_install", "-at_install")
class TestDoors(
    rights.Rights, companies.Companies, forms.Forms, methods.Methods, routes.Routes
):
    """Rights, links across companies, crafted forms, public methods, routes."""

    allow_inherited_tests_method = True
