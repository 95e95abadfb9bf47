"""Whoever may see a menu may use it: lists load, and the first record opens."""

from lxml import etree

from odoo.tests import Form, TransactionCase, tagged
from odoo.tools.safe_eval import safe_eval

from .test_demo import ROLES


@tagged("post_install", "-at_install")
class TestMenus(TransactionCase):
    def _get_actions(self, user):
        """Yield the window actions below the Service menu, as the user sees them."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        roots = [
            menu
            for menu in menus.values()
            if menu.get("xmlid") == "service_ticket.menu_service_root"
        ]
        todo = [child for root in roots for child in root["children"]]
        while todo:
            menu = menus[todo.pop()]
            todo += menu["children"]
            if menu["action_model"] == "ir.actions.act_window":
                yield (
                    menu["name"],
                    self.env[menu["action_model"]].browse(menu["action_id"]),
                )

    def _open(self, action, user):
        """Read the list and open the first record in the form, as the client does."""
        names = {"uid": user.id}
        context = safe_eval(action.context or "{}", names)
        context = {k: v for k, v in context.items() if not k.startswith("search_")}
        domain = safe_eval(action.domain or "[]", names)
        model = self.env[action.res_model].with_user(user).with_context(**context)
        views = {mode: view for view, mode in action.sudo().views}
        found = model.search(domain, limit=5)
        for mode in views.keys() & {"list", "kanban"}:
            arch = etree.fromstring(model.get_view(views[mode], mode)["arch"])
            columns = {
                node.get("name"): {}
                for node in arch.iter("field")
                if not any(parent.tag == "field" for parent in node.iterancestors())
            }
            found.web_read(columns)
        if "form" in views and found:
            Form(found[0], view=views["form"] or None)

    def test_every_menu_of_every_role_opens(self):
        for login in ROLES:
            user = self.env["res.users"].search([("login", "=", login)])
            actions = list(self._get_actions(user))
            self.assertTrue(actions, login)
            for name, action in actions:
                with self.subTest(f"{login}: {name}"):
                    self._open(action, user)
