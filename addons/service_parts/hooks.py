def post_init_hook(env):
    """Give the warehouses that exist already their place for defective parts."""
    warehouses = env["stock.warehouse"].with_context(active_test=False).search([])
    warehouses._create_missing_locations({})


def uninstall_hook(env):
    """Take away what was made at install: the menu's group, places never used."""
    menu = env.ref("service_ticket.menu_service_root", raise_if_not_found=False)
    if menu:
        menu.group_ids -= env.ref("stock.group_stock_user")
    places = (
        env["stock.warehouse"]
        .with_context(active_test=False)
        .search([])
        .service_defective_id
    )
    domain = ["|", ("location_id", "in", places.ids)]
    domain.append(("location_dest_id", "in", places.ids))
    lines = env["stock.move.line"].search(domain)
    quants = env["stock.quant"].search([("location_id", "in", places.ids)])
    moves = env["stock.move"].search(domain)
    used = (
        lines.location_id
        | lines.location_dest_id
        | moves.location_id
        | moves.location_dest_id
        | quants.location_id
    )
    (places - used).unlink()
