"""Against crafted calls: what a client may not bring into a record."""


def drop_defaults(context, names):
    """Return the context without its defaults for these fields.

    `create` fills in what `default_<field>` gives, after the values were checked.
    """
    dropped = {f"default_{name}" for name in names}
    return {key: value for key, value in context.items() if key not in dropped}


def drop_all_defaults(context):
    """Return the context without any default: for what is created in sudo."""
    return {k: v for k, v in context.items() if not k.startswith("default_")}


def check_links(records, names):
    """Refuse links to what the user may not read: another company's, or another's job.

    `check_company` says the same where a record has a company of its own.
    """
    if records.env.su:
        return
    for name in names:
        field = records._fields.get(name)
        if field and field.type in ("many2one", "many2many") and field.store:
            records[name].check_access("read")
