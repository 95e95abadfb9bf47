from . import (
    repair_order,
    service_part_usage,
    service_ticket,
    service_ticket_fitting,
    service_ticket_parts,
    stock_location,
    stock_lot,
    stock_lot_history,
    stock_move,
    stock_warehouse,
)
