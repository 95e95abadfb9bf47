"""Checks that hold for every addon of the suite, written once."""

import inspect
import re
from pathlib import Path

from lxml import etree

from odoo.modules import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open
from odoo.tools.translate import PoFileReader, TranslationModuleReader

_PLACEHOLDER = re.compile(r"%\(\w+\)s|%[sd]")
_DATA_FOLDERS = ("security", "data", "demo", "views", "wizard", "report")


@tagged("post_install", "-at_install")
class ServiceModuleCase(TransactionCase):
    """Inherit and set `module`.

    :cvar module: technical name of the addon
    :cvar rpc_methods: {model: {method}} that are public besides ``action_*`` and what
        Odoo itself calls
    :cvar shared_models: models whose records belong to no company
    """

    allow_inherited_tests_method = True
    module = None
    rpc_methods = {}
    shared_models = ()
    languages = ("zh_CN", "zh_TW")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.module is None:
            return
        cls.root = Path(inspect.getfile(cls)).parent.parent
        cls.own_models = [
            model
            for model in map(cls.env.__getitem__, sorted(cls.env.registry))
            if model._original_module == cls.module and not model._abstract
        ]

    def run(self, result=None):
        """The base class itself has nothing to check."""
        return super().run(result) if self.module else result

    def _own_records(self, model):
        ids = self.env["ir.model.data"].search(
            [("module", "=", self.module), ("model", "=", model)]
        )
        return self.env[model].browse(ids.mapped("res_id")).exists()

    def _own_classes(self):
        """Yield (model name, class) for every class that this addon defines."""
        prefix = f"odoo.addons.{self.module}."
        for name in self.env.registry:
            for klass in type(self.env[name]).__mro__:
                if klass.__module__.startswith(prefix):
                    yield name, klass

    def test_every_model_has_access_rows(self):
        for model in self.own_models:
            with self.subTest(model._name):
                rows = self.env["ir.model.access"].search(
                    [("model_id.model", "=", model._name)]
                )
                self.assertTrue(rows, "no access row")
                self.assertTrue(all(row.group_id for row in rows), "open to everybody")

    def test_every_model_keeps_companies_apart(self):
        for model in self.own_models:
            if model._transient or model._name in self.shared_models:
                continue
            with self.subTest(model._name):
                rules = self.env["ir.rule"].search(
                    [("model_id.model", "=", model._name), ("groups", "=", False)]
                )
                domains = "".join(rule.domain_force or "" for rule in rules)
                self.assertIn("company_ids", domains, "no global company rule")

    def test_every_view_parses_and_its_buttons_exist(self):
        for view in self._own_records("ir.ui.view").filtered("model"):
            with self.subTest(view.xml_id):
                view._check_xml()
                model = self.env[view.model]
                for button in etree.fromstring(view.arch).iter("button"):
                    # Buttons of an embedded list belong to another model.
                    if button.get("type") != "object" or any(
                        parent.tag == "field" and not parent.get("position")
                        for parent in button.iterancestors()
                    ):
                        continue
                    name = button.get("name")
                    self.assertFalse(name.startswith("_"), name)
                    self.assertTrue(hasattr(model, name), name)

    def test_every_action_opens_and_teaches_in_its_empty_state(self):
        for action in self._own_records("ir.actions.act_window"):
            if action.target == "new":
                continue
            with self.subTest(action.name):
                self.assertTrue(action.help, "no help for the empty state")
                for mode in action.view_mode.split(","):
                    self.env[action.res_model].get_view(view_type=mode)

    def test_public_methods_are_actions_or_promised(self):
        """RPC calls whatever has no underscore: the list of it is kept here."""
        for name, klass in self._own_classes():
            allowed = self.rpc_methods.get(name, ())
            for method, member in vars(klass).items():
                if not inspect.isfunction(member) or method.startswith("_"):
                    continue
                with self.subTest(f"{name}.{method}"):
                    inherited = any(
                        method in vars(base)
                        for base in type(self.env[name]).__mro__
                        if not base.__module__.startswith("odoo.addons.service_")
                    )
                    self.assertTrue(
                        method.startswith("action_") or inherited or method in allowed,
                        "public, yet neither an action nor promised to RPC",
                    )

    def test_state_machines_name_existing_states_and_reach_each(self):
        for name, klass in self._own_classes():
            table = getattr(inspect.getmodule(klass), "_TRANSITIONS", None)
            if table is None or "state" not in self.env[name]._fields:
                continue
            with self.subTest(name):
                model = self.env[name]
                states = {key for key, _label in model._fields["state"].selection}
                reached = {to for targets in table.values() for to in targets}
                initial = model._fields["state"].default(model)
                self.assertEqual(set(table), states)
                self.assertEqual(reached | {initial}, states)

    def test_manifest_lists_every_data_file(self):
        manifest = Manifest.for_addon(self.module)
        listed = {*manifest["data"], *manifest["demo"]}
        found = {
            str(path.relative_to(self.root))
            for folder in _DATA_FOLDERS
            for path in (self.root / folder).glob("*")
            if path.suffix in (".xml", ".csv")
        }
        self.assertEqual(found - listed, set(), "not in the manifest")

    def test_translations_are_complete(self):
        """The template is what the code says now, and each language has all of it."""
        template = self._read_po(f"{self.module}.pot").keys()
        reader = TranslationModuleReader(self.env.cr, modules=[self.module])
        now = {source for _mod, _type, _name, _id, source, *_rest in reader}
        self.assertEqual(now - template, set(), "new terms: `make translations`")
        for lang in self.languages:
            with self.subTest(lang):
                translated = self._read_po(f"{lang}.po")
                missing = [source for source in now if not translated.get(source)]
                self.assertEqual(missing, [])
                for source, value in translated.items():
                    self.assertEqual(
                        sorted(_PLACEHOLDER.findall(source)),
                        sorted(_PLACEHOLDER.findall(value)),
                        source,
                    )

    def _read_po(self, name):
        with file_open(f"{self.module}/i18n/{name}", "rb") as po_file:
            return {row["src"]: row["value"] for row in PoFileReader(po_file)}
