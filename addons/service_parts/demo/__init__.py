from . import service_demo
