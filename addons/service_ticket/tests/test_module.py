from .common import ServiceModuleCase


class TestModule(ServiceModuleCase):
    module = "service_ticket"
    shared_models = (
        "service.required.fact",
        "service.kpi",
        "service.severity",
        "service.severity.criterion",
        "service.waiting.reason",
        "service.fault.code",
        "service.fault.group",
        "service.callback.reason",
        "service.callback.rule",
        "service.rate.limit",
        "service.contact.kind",
        "service.contact.result",
        "service.item",
        "service.region",
        "service.walk",
        "service.handover.reason",
        "service.team.role",
        "service.complaint.reason",
        "service.root.cause",
        "service.breach.reason",
    )
    rpc_methods = {
        "service.kpi": {"get_chart", "get_dashboard"},
        "service.ticket": {"find_callers", "report"},
    }
