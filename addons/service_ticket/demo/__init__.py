from . import service_demo, service_demo_complaint, service_history_demo
from . import service_demo, service_demo_complaint
from . import service_demo, service_demo_customer
from . import service_demo, service_demo_complaint, service_demo_customer
