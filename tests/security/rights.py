"""C4: who may do what with whose records equals the checked-in table.

`make access-lists` writes access_matrix.csv anew. Read the difference as an auditor
before you commit it.
"""

from odoo.exceptions import AccessError

from .world import PLACES, ROLES, WorldCase, guarded_models, own_models

_LETTERS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
_HINT = (
    "Rights have changed. Write the table anew (`make access-lists`), and read its "
    "difference as an auditor before you commit it."
)


class Rights(WorldCase):
    def test_rights_equal_the_table(self):
        """Every cell, from real users on real records."""
        rows = [
            [model._name, role, *self._row(model._name, role)]
            for model in guarded_models(self.env)
            for role in ROLES
        ]
        # Who has no right to a model at all needs no line.
        rows = [row for row in rows if any(cell != "----" for cell in row[2:])]
        table = [",".join(row) for row in [["model", "role", *PLACES], *rows]]
        expected = self._lines_of("access_matrix.csv", table)
        self.assertEqual(set(table) ^ set(expected), set(), _HINT)

    def test_dialogs_belong_to_who_opened_them(self):
        """What somebody types or signs there is nobody else's to read."""
        for model in own_models(self.env):
            if not model._transient:
                continue
            self.assertIn(
                "service.dialog", model._inherit, f"{model._name}: inherit it."
            )
            for role in ROLES:
                for place in self.places.values():
                    dialog = self._as(role, place[model._name])
                    self.assertFalse(dialog.has_access("read"), f"{role} {dialog}")

    def _row(self, model, role):
        return [self._cell(model, role, place) for place in self.places.values()]

    def _cell(self, model, role, place):
        record = place.records.get(model)
        self.assertTrue(record, f"No record of {model}: add it to WorldCase._furnish.")
        record = self._as(role, record)
        cell = "".join(
            letter if record.has_access(operation) else "-"
            for operation, letter in _LETTERS.items()
        )
        found = bool(record.search([("id", "=", record.id)])) if cell[0] == "r" else 0
        self.assertEqual(found, cell[0] == "r", f"{role} finds {model} {place.name}")
        self._read(record, cell[0] == "r")
        return cell

    def _read(self, record, allowed):
        """What is refused is refused also to those who know the id."""
        try:
            record.read(["id", "display_name"])
        except AccessError:
            self.assertFalse(allowed, f"{record} {record.env.user.login}")
        else:
            self.assertTrue(allowed, f"{record} {record.env.user.login}")
