"""C6: Odoo's own doors to the suite's records: files, threads, prints, exports."""

import json

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .canaries import CanaryCase, canary
from .world import own_models

_VISITORS = ("public", "portal", "neighbour", "employee", "engineer", "manager_b")


class OdooDoors(CanaryCase):
    def _foreign(self, role):
        """Yield the places whose ticket this person may not read."""
        for place in self.places.values():
            if not self._as(role, place["service.ticket"]).has_access("read"):
                yield place

    def test_no_word_comes_through(self):
        before, leaks = self._digest(), []
        for role in _VISITORS:
            self._login(role)
            allowed = self._allowed(role)
            for place in list(self._foreign(role))[-2:]:
                for door, text in self._knock(place):
                    for word in self._leaks(role, text, allowed):
                        leaks.append((role, place.name, door, word))
        self.assertEqual(leaks, [])
        after = self._digest()
        self.assertEqual([name for name in after if before[name] != after[name]], [])

    def _knock(self, place):
        """Yield (door, answer) for whatever Odoo serves about a ticket by its id."""
        ticket = place["service.ticket"]
        with mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2"):
            for url in self._urls(place, ticket):
                yield url, self.url_open(url).text
            for url, params in self._calls(place, ticket):
                answer = self.url_open(
                    url,
                    data=json.dumps({"method": "call", "params": params}),
                    headers={"Content-Type": "application/json"},
                )
                yield url, answer.text

    def _urls(self, place, ticket):
        file = self.attachments[place.name]
        yield f"/web/content/{file.id}"
        yield f"/web/content/{file.id}?access_token=x&download=true"
        yield f"/web/image/{file.id}"
        yield f"/mail/view?model=service.ticket&res_id={ticket.id}"
        yield f"/my/service-tickets/{ticket.id}?access_token="
        yield "/my/service-tickets?search=canary"
        yield "/my/service-units?search=canary"
        for model in own_models(self.env):
            if model._transient or not model._auto:
                continue
            for field in model._fields.values():
                if field.type == "binary":
                    yield f"/web/content/{model._name}/{place[model._name].id}/{field.name}"
        reports = self.env["ir.actions.report"].search(
            [("report_name", "=like", "service\\_%")]
        )
        for report in reports:
            record = place.records.get(report.model)
            if record:
                yield f"/report/html/{report.report_name}/{record.id}"

    def _calls(self, place, ticket):
        thread = {"thread_model": "service.ticket", "thread_id": ticket.id}
        note = self.messages[place.name, "note"].id
        said = self.messages[place.name, "comment"].id
        yield "/mail/thread/messages", thread
        yield "/mail/chatter_fetch", thread
        yield "/portal/chatter_init", thread
        yield (
            "/mail/thread/data",
            {**thread, "request_list": ["followers", "attachments", "activities"]},
        )
        yield "/mail/thread/recipients", {**thread, "message_id": note}
        yield "/mail/message/post", {**thread, "post_data": {"body": "intruder"}}
        for message in (note, said):
            yield (
                "/mail/message/reaction",
                {"message_id": message, "content": "x", "action": "add"},
            )
            yield (
                "/mail/message/update_content",
                {"message_id": message, "update_data": {"body": "intruder"}},
            )
        yield (
            "/mail/attachment/delete",
            {"attachment_id": self.attachments[place.name].id},
        )
        yield (
            "/mail/data",
            {"fetch_params": [["mail.thread", {**thread, "request_list": []}]]},
        )
        read = {"model": "service.ticket", "method": "read", "kwargs": {}}
        yield "/web/dataset/call_kw", {**read, "args": [ticket.ids, ["subject"]]}

    # --- What customers get -------------------------------------------------------

    def test_a_customer_sees_no_note_and_no_file_of_ours(self):
        """Of the own ticket: what was said to them, not what we keep with it."""
        place = self.places["own"]
        self._login("portal")
        ticket = place["service.ticket"]
        found = []
        for url, text in self._knock(place):
            if "/mail/message/post" in url:
                continue  # the customer writes to us about the own ticket
            for word in self._leaks("portal", text):
                found.append((url, word))
        self.assertEqual(found, [])
        page = self.url_open(f"/my/service-tickets/{ticket.id}").text
        self.assertEqual(self._leaks("portal", page), set())
        self.assertIn(canary(place, "service.ticket", "subject"), page)

    def test_mail_to_a_customer_holds_no_word_of_ours(self):
        place = self.places["own"]
        ticket = place["service.ticket"]
        customer = self.people["portal"].partner_id
        ticket.message_subscribe(customer.ids)
        ticket.with_user(self.agent).message_post(
            body="To you",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=customer.ids,
        )
        mails = self.env["mail.mail"].search([("recipient_ids", "in", customer.ids)])
        self.assertTrue(mails)
        text = " ".join(str(mail.body_html) + (mail.subject or "") for mail in mails)
        self.assertEqual(self._leaks("portal", text), set())
        note = ticket.with_user(self.agent).message_post(
            body="Between us", subtype_xmlid="mail.mt_note"
        )
        self.assertNotIn(customer, note.notified_partner_ids)

    # --- What was suspected -------------------------------------------------------

    def test_an_engineer_posts_on_own_jobs_only(self):
        for place in self._foreign("engineer"):
            ticket = self._as("engineer", place["service.ticket"])
            text = self._try(lambda t=ticket: t.message_post(body="intruder"))
            self.assertNotIn("mail.message(", text, place.name)
            text = self._try(lambda t=ticket: t.message_subscribe(self.customer.ids))
            self.assertNotEqual(text, "True", place.name)

    def test_parents_children_and_archived_contacts(self):
        """The tree of the customer decides, also for contacts that were archived."""
        child = self.env["res.partner"].create(
            {"name": "Branch", "is_company": True, "parent_id": self.customer.id}
        )
        branch = self._person("branch", "base.group_portal", child)
        self.people["branch"] = branch
        for role, name in (("portal", "own"), ("portal", "colleague")):
            ticket = self._as(role, self.places[name]["service.ticket"])
            self.assertTrue(ticket.has_access("read"))
        ticket = self.places["own"]["service.ticket"]
        self.assertEqual(branch.commercial_partner_id, child)
        self.assertFalse(self._as("branch", ticket).has_access("read"))
        former = child.copy({"name": "Former", "parent_id": self.customer.id})
        ticket = self._ticket(unit_id=False, partner_id=former.id)
        former.active = False
        self.assertTrue(self._as("portal", ticket).has_access("read"))
        for role in ("neighbour", "branch", "employee"):
            self.assertFalse(self._as(role, ticket).has_access("read"), role)

    def test_a_seller_writes_no_consent(self):
        ticket = self._ticket(unit_id=False, partner_id=self.customer.id)
        orders = self._as("seller", self.env["sale.order"])
        new = {"partner_id": self.customer.id}
        mine = orders.create(new)
        for vals in (
            {"consent_amount": 10**6},
            {"consent_user_id": self.people["seller"].id},
            {"ticket_id": ticket.id},
        ):
            defaults = {f"default_{key}": value for key, value in vals.items()}
            for attempt in (
                lambda vals=vals: mine.write(vals),
                lambda vals=vals: orders.create({**new, **vals}),
                lambda defaults=defaults: orders.with_context(**defaults).create(new),
            ):
                refusal = self.assertRaisesRegex(UserError, "by hand")
                with refusal, self.env.cr.savepoint():
                    attempt()
        self.assertFalse(mine.consent_amount or mine.consent_user_id or ticket.order_id)
