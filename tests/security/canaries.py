"""Words hidden in everybody's records, and who may come across which of them."""

import re

from odoo.exceptions import AccessError
from odoo.tools import SQL

from .world import WorldCase, is_shared, own_models

_TEXTS = ("char", "text", "html")
# What a page or Odoo itself computes with; a canary there would break, not leak.
_LEFT_ALONE = {"access_token", "parent_path", "alias_defaults", "email_cc"}
CANARY = re.compile(r"canary\.\w+\.[\w.]+?\.\w+(?=\.end)")


def canary(place, model, field):
    return f"canary.{place.name}.{model.replace('.', '_')}.{field}.end"


class CanaryCase(WorldCase):
    """Each stored text of each place's records says whose it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.messages = {}
        cls.attachments = {}
        for place in cls.places.values():
            cls._hide_around_ticket(place)
        for place in cls.places.values():
            for model in own_models(cls.env):
                if not model._transient and model._auto:
                    cls._hide(place, model)
        cls.env.invalidate_all()

    @classmethod
    def _hide(cls, place, model):
        record = place[model._name]
        if is_shared(cls.env, model) or model._name == "service.team":
            return
        for field in cls._texts(model):
            word = canary(place, model._name, field.name)
            value = SQL("jsonb_build_object('en_US', %s::text)", word)
            cls.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s",
                    SQL.identifier(model._table),
                    SQL.identifier(field.name),
                    value if field.translate else word,
                    record.id,
                )
            )

    @classmethod
    def _texts(cls, model):
        return [
            field
            for field in model._fields.values()
            if field.type in _TEXTS
            and field.store
            and not field.related
            and field.column_type
            and field.name not in _LEFT_ALONE
            and not (field.size and field.size < 99)
        ]

    @classmethod
    def _hide_around_ticket(cls, place):
        """Notes, messages, files, followers and activities of the ticket."""
        ticket = place["service.ticket"]
        for name, subtype in (("note", "mail.mt_note"), ("comment", "mail.mt_comment")):
            cls.messages[place.name, name] = ticket.message_post(
                body=canary(place, "mail.message", name),
                message_type="comment",
                subtype_xmlid=subtype,
            )
        cls.attachments[place.name] = cls.env["ir.attachment"].create(
            {
                "name": canary(place, "ir.attachment", "name"),
                "raw": canary(place, "ir.attachment", "raw").encode(),
                "mimetype": "text/plain",
                "res_model": ticket._name,
                "res_id": ticket.id,
            }
        )
        follower = cls.env["res.partner"].create(
            {
                "name": canary(place, "mail.followers", "partner"),
                "company_id": place.company.id,
            }
        )
        ticket.message_subscribe(follower.ids)
        ticket.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=canary(place, "mail.activity", "summary"),
            user_id=place.engineer.id,
        )

    # --- Who may read which word --------------------------------------------------

    def _allowed(self, role):
        """Return the words that a person comes across by right."""
        words = set()
        for place in self.places.values():
            for model in own_models(self.env):
                if not model._transient and model._auto:
                    words |= self._allowed_of(role, place, model)
            words |= self._allowed_around(role, place)
        return words

    def _allowed_of(self, role, place, model):
        record = self._as(role, place[model._name])
        if not record.has_access("read"):
            return set()
        return {
            canary(place, model._name, field.name)
            for field in self._texts(model)
            if record._has_field_access(field, "read")
        }

    def _allowed_around(self, role, place):
        ticket = self._as(role, place["service.ticket"])
        if not ticket.has_access("read"):
            return set()
        if self._user(role).share:
            return {canary(place, "mail.message", "comment")}
        pairs = (
            ("mail.message", "note"),
            ("mail.message", "comment"),
            ("ir.attachment", "name"),
            ("ir.attachment", "raw"),
            ("mail.followers", "partner"),
            ("mail.activity", "summary"),
        )
        return {canary(place, model, name) for model, name in pairs}

    def _leaks(self, role, text, allowed=None):
        """Return the words in a text that the person has no right to."""
        if allowed is None:
            allowed = self._allowed(role)
        return {word for word in self._words(text) if word not in allowed}

    @staticmethod
    def _words(text):
        return {f"{word}.end" for word in CANARY.findall(text)}

    def _try(self, function):
        """Return what a call answers, as text; nothing where it is refused."""
        try:
            with self.env.cr.savepoint(flush=False):
                return str(function())
        except AccessError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001
            return f"{type(error).__name__}: {error}"
