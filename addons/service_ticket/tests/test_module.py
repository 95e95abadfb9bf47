from .common import ServiceModuleCase


class TestModule(ServiceModuleCase):
    module = "service_ticket"
    shared_models = (
        "service.severity",
        "service.waiting.reason",
        "service.fault.code",
        "service.callback.rule",
        "service.rate.limit",
    )
