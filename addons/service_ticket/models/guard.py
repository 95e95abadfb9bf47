"""Against crafted calls: what a context may not bring into a new record."""


def drop_defaults(context, names):
    """Return the context without its defaults for these fields.

    `create` fills in what `default_<field>` gives, after the values were checked.
    """
    dropped = {f"default_{name}" for name in names}
    return {key: value for key, value in context.items() if key not in dropped}
