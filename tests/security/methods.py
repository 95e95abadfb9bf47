"""C5: what RPC reaches is on a list, and refuses whoever has no business there.

Called as integrations do: over JSON-2, with an API key.
"""

import inspect
import json
import re
from datetime import timedelta

from odoo import fields
from odoo.tools import mute_logger

from .world import WorldCase, own_classes, public_methods

MISSING = 2147483640
_VISITORS = ("portal", "employee", "engineer", "manager_b")


class Methods(WorldCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.missing = {}
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        cls.keys = {
            role: cls.env["res.users.apikeys"]
            .with_env(cls.env(user=cls.people[role], context={}))
            .sudo()
            ._generate("rpc", "door", tomorrow)
            for role in _VISITORS
        }

    def test_public_methods_are_on_the_list(self):
        """A new one is added by hand, after a thought about who may call it."""
        lines = sorted(".".join(pair) for pair in public_methods(self.env))
        expected = self._lines_of("public_methods.txt", lines)
        self.assertEqual(
            set(lines) ^ set(expected),
            set(),
            "Public methods have changed. RPC calls whatever has no underscore: make "
            "it private, or write the list anew (`make access-lists`).",
        )

    def test_foreign_records_are_refused(self):
        """Neither read nor changed by who has no right to read them."""
        before, answered = self._digest(), []
        own = set(self.places["own"].records.values())
        for role, model, method, record in self._calls():
            record = self._as(role, record)
            if record.has_access("read"):
                continue
            # Who has no right to the model at all is refused for one as for all.
            if not record.browse().has_access("read") and record not in own:
                continue
            status, answer = self._call(role, model, method, record.ids)
            if status == 403 and answer["name"].endswith("AccessError"):
                continue
            # A window that opens on whatever id was given says nothing of the record.
            missing = self._call_missing(role, model, method)
            seen = re.sub(rf"\b{record.id}\b", str(MISSING), json.dumps(answer))
            if (status, seen) != (missing[0], json.dumps(missing[1])):
                answered.append((role, f"{model}.{method}", status, str(answer)[:500]))
        self.assertEqual(answered, [])
        self.assertEqual(self._changed_since(before), [])

    def test_who_may_only_read_changes_nothing(self):
        """Buttons pressed by those whose rights end at reading."""
        before, answers = self._digest(), []
        for role, model, method, record in self._calls():
            if self._is_only_reader(role, record):
                status, answer = self._call(role, model, method, record.ids)
                self.assertNotEqual(status, 500, answer)
                if status == 200:  # whatever is refused was rolled back
                    answers.append((role, f"{model}.{method}"))
        self.assertEqual(self._changed_since(before), [], f"one of {answers}")

    def _call_missing(self, role, model, method):
        if (role, model, method) not in self.missing:
            answer = self._call(role, model, method, [MISSING])
            self.missing[role, model, method] = answer
        return self.missing[role, model, method]

    def _calls(self):
        """Yield (role, model, method, record) for every method that takes records."""
        for model, method in sorted(public_methods(self.env)):
            if hasattr(getattr(type(self.env[model]), method), "_api_model"):
                continue
            for name in ("own", "other", "company"):
                record = self._record(model, self.places[name])
                for role in _VISITORS if record else ():
                    yield role, model, method, record

    def _is_only_reader(self, role, record):
        record = self._as(role, record)
        if record._transient or not record.has_access("read"):
            return False
        # A part is fitted by who has the job.
        known = record.sudo()  # not everybody reads which job it belongs to
        job = known.ticket_id if "ticket_id" in record._fields else record
        job = job.with_env(record.env)
        return not (record.has_access("write") or job.has_access("write"))

    def _changed_since(self, before):
        after = self._digest()
        return [name for name in after if before[name] != after[name]]

    def test_private_methods_are_refused(self):
        found = {
            (name, method)
            for name, klass in own_classes(self.env)
            if not self.env[name]._abstract
            for method, member in vars(klass).items()
            if inspect.isfunction(member) and method.startswith("_")
        }
        self.assertGreater(len(found), 100)
        ids = self.places["own"]["service.ticket"].ids
        for model, method in sorted(found)[::9]:  # it is Odoo that refuses: a sample
            status, answer = self._call("engineer", model, method, ids)
            with self.subTest(f"{model}.{method}"):
                self.assertEqual(status, 403, answer)

    def _call(self, role, model, method, ids):
        """Return (status, answer) of a call with something in every argument."""
        function = getattr(type(self.env[model]), method)
        body = {"ids": ids} if ids else {}
        for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            if parameter.default is parameter.empty:
                body[name] = {} if name in ("vals", "values") else 1
        with mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2"):
            answer = self.url_open(
                f"/json/2/{model}/{method}",
                data=json.dumps(body),
                headers={
                    "Authorization": f"bearer {self.keys[role]}",
                    "Content-Type": "application/json",
                },
            )
        self.env.invalidate_all()
        try:
            return answer.status_code, answer.json()
        except ValueError:
            return answer.status_code, answer.text
