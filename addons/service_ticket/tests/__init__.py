from . import (
    test_callback,
    test_clock,
    test_intake,
    test_js,
    test_mail,
    test_module,
    test_report,
    test_security,
    test_ticket,
    test_tours,
    test_unit,
)
