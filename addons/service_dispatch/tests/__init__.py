from . import (
    test_access,
    test_job,
    test_module,
    test_plan,
    test_race,
    test_report,
    test_tours,
    test_visit,
)
