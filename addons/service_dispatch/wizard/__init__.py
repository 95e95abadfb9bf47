from . import service_visit_cancel, service_visit_plan
