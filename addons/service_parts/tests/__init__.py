from . import (
    test_access,
    test_any_order,
    test_fitting,
    test_location,
    test_module,
    test_planning,
    test_race,
    test_refusals,
    test_removed,
    test_usage,
    test_wizard,
)
