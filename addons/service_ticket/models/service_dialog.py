import functools

from odoo import api, models
from odoo.fields import Domain

from .guard import check_links


class ServiceLinkGuard(models.AbstractModel):
    """Names only what its user may read: for models without a company of their own.

    `check_company` says so where there is a company. A constraint would not do: Odoo
    runs constraints with all rights.
    """

    _name = "service.link.guard"
    _description = "Links Only to What Its User Reads"

    def _validate_fields(self, field_names, excluded_names=()):
        names = set(field_names)
        super()._validate_fields(names, excluded_names)
        check_links(self, names)


class ServiceDialog(models.AbstractModel):
    """A dialog is its user's own, and names only what its user may read.

    Odoo lets everybody with rights on a dialog's model read everybody's dialogs: what
    somebody has typed or signed, until it is cleaned up.
    """

    _name = "service.dialog"
    _description = "Service Dialog"
    _inherit = ["service.link.guard"]

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result is not None or not any(self._ids):
            return result
        others = self - self.sudo().filtered_domain(self._own())
        if not others:
            return None
        error = self.env["ir.rule"]._make_access_error
        return others, functools.partial(error, operation, others)

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self.env.su:
            domain = Domain(domain) & self._own()
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _own(self):
        return Domain("create_uid", "=", self.env.uid)
