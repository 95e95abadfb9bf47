from . import (
    hr_employee,
    hr_employee_public,
    service_ticket,
    service_visit,
    service_visit_effects,
    service_visit_fail_reason,
    service_visit_flow,
    service_visit_job,
    service_visit_plan,
    service_visit_sheet,
    service_visit_step,
    service_visit_template,
)
