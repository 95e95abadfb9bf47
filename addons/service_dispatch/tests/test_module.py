from odoo.addons.service_ticket.tests.common import ServiceModuleCase


class TestModule(ServiceModuleCase):
    module = "service_dispatch"
    shared_models = ("service.visit.fail.reason",)
    rpc_methods = {
        "service.visit": {
            "get_job_sheet",
            "job_arrive",
            "job_collect",
            "job_confirm",
            "job_consent",
            "job_diagnose",
            "job_fail",
            "job_finish",
            "job_fit_part",
            "job_rate",
            "job_receipt",
            "job_set_out",
            "job_set_part",
            "job_set_work",
            "job_sign",
            "job_tick",
        }
    }
