from . import service_part_fit, service_part_plan
