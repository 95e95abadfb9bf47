from . import service_demo, service_demo_complaint
