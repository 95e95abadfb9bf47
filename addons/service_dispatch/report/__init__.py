from . import service_visit_report
