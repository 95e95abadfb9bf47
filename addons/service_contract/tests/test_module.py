from odoo.addons.service_ticket.tests.common import ServiceModuleCase


class TestModule(ServiceModuleCase):
    module = "service_contract"
    shared_models = ("service.exclusion", "service.price.rule", "service.cover.layer")
