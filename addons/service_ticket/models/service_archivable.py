from odoo import api, models
from odoo.exceptions import UserError


class ServiceArchivable(models.AbstractModel):
    """What requests, customers or settings name is archived and not deleted."""

    _name = "service.archivable"
    _description = "Archived Instead of Deleted"

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        for record in self:
            if users := record._find_users_of_it():
                raise UserError(
                    self.env._(
                        "“%(name)s” is in use (%(where)s). Archive it instead: it is "
                        "offered no more, and what names it stays as it is.",
                        name=record.display_name,
                        where=", ".join(users),
                    )
                )

    def _find_users_of_it(self):
        """Return what kinds of records name this one, in the user's language."""
        everything = self.env["base"].sudo().with_context(active_test=False).env
        names = self.env["ir.model"].sudo()
        return [
            names._get(model_name).name
            for model_name, fields in self._get_links().items()
            if any(
                everything[model_name].search_count([(name, "in", self.ids)], limit=1)
                for name in fields
            )
        ]

    @api.model
    def _get_links(self):
        """Return {model: fields} of what would lose its link, or forbid to delete."""
        links = {}
        for model_name, model in self.env.registry.items():
            if model._abstract or model._transient or not model._auto:
                continue
            for name, field in model._fields.items():
                if (
                    field.type == "many2one"
                    and field.store
                    and field.comodel_name == self._name
                    and field.ondelete != "cascade"
                    and not field.company_dependent
                ):
                    links.setdefault(model_name, []).append(name)
        return links
