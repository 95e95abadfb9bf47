from . import (
    test_access,
    test_cash,
    test_consent,
    test_cover,
    test_documents,
    test_engine,
    test_entitlement,
    test_module,
    test_order,
    test_proof,
)
