import io
import re
from pathlib import Path
from threading import current_thread
from unittest.mock import patch

from PIL import Image

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .common import ServiceCase

HOME = "/my/service-tickets"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"
NASTY = f"{MARKUP}\x00'\"{{{{1}}}}%s"


def picture(size=1):
    """Return a real PNG with at least `size` bytes."""
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(stream, "PNG")
    return stream.getvalue().ljust(size, b"\0")


class PortalCase(HttpCase, ServiceCase):
    """A customer company with two people, another customer, and a ticket of the first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._portal_user("owner", cls.customer)
        cls.colleague = cls._portal_user("colleague", cls.customer)
        cls.neighbour = cls.env["res.partner"].create({"name": "Neighbour & Co"})
        cls.other = cls._portal_user("other", cls.neighbour)
        cls.other_unit = cls._deliver(cls.washer, "W1-0002", cls.neighbour)
        cls.ticket = cls._ticket(
            internal_note="Pays late.", diagnosis="Door lock", description=MARKUP
        )
        cls.other_ticket = cls._ticket(unit_id=cls.other_unit.id)

    @classmethod
    def _portal_user(cls, login, company):
        user = new_test_user(cls.env, f"portal_{login}", groups="base.group_portal")
        user.partner_id.parent_id = company
        return user

    def _login(self, user):
        self.authenticate(user and user.login, user and user.login)

    def _post(self, url, data=None, files=None, csrf=True):
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=data, files=files, allow_redirects=False)

    def _resolved(self, **vals):
        ticket = self._ticket(
            cause_id=self.env.ref("service_ticket.cause_component").id,
            outcome="fixed",
            **vals,
        )
        ticket.with_user(self.agent).action_resolve()
        return ticket


@tagged("post_install", "-at_install")
class TestPortalPages(PortalCase):
    def test_words_in_the_portal_move_what_waited_for_them(self):
        reason = self.env.ref("service_ticket.waiting_customer")
        reason.ends_with_mail = True
        waiting, done = self._ticket(), self._resolved()
        waiting._set_state("waiting", reason)
        merged = self._ticket()
        merged._merge_into(waiting)
        self._login(self.owner)
        for ticket in (waiting, done, merged):
            post = {
                "thread_model": "service.ticket",
                "thread_id": ticket.id,
                "post_data": {"body": "Here is the photo", "message_type": "comment"},
            }
            self.make_jsonrpc_request("/mail/message/post", post)
        self.assertEqual((waiting.state, done.state), ("open", "open"))
        self.assertEqual(merged.state, "cancelled")
        page = self.url_open(f"{HOME}/{merged.id}").text
        self.assertIn('data-allow_composer="0"', page)
        page = self.url_open(f"{HOME}/{waiting.id}").text
        self.assertIn('data-allow_composer="1"', page)

    def test_whoever_is_waited_for_is_told(self):
        ticket = self._ticket()
        for name, words in (
            ("customer", "need your answer"),
            ("appointment", "date that you asked for"),
            ("part", "what is missing"),
        ):
            reason = self.env.ref(f"service_ticket.waiting_{name}")
            ticket._set_state("waiting", reason)
            self.assertIn(words, ticket._get_portal_next_step(), name)
            ticket.action_resume()

    def test_own_and_foreign_tickets(self):
        """Own and colleague's: shown. Foreign, missing, odd: the same 404."""
        own, foreign = f"{HOME}/{self.ticket.id}", f"{HOME}/{self.other_ticket.id}"
        for user in (self.owner, self.colleague):
            self._login(user)
            page = self.url_open(own)
            self.assertEqual(page.status_code, 200)
            self.assertIn(self.ticket.name, page.text)
            self.assertIn("What happens next", page.text)
            self.assertIn("First response", page.text)
            pages = {}
            for url in (foreign, f"{HOME}/999999999", f"{HOME}/99999999999999999999"):
                refused = self.url_open(url)
                self.assertEqual(refused.status_code, 404, url)
                pages[url] = self._without_ids(refused.text)
            self.assertEqual(len(set(pages.values())), 1)
            for url in (f"{HOME}/0", f"{HOME}/-1", f"{HOME}/abc", f"{HOME}/1'--"):
                self.assertEqual(self.url_open(url).status_code, 404, url)

    def _without_ids(self, text):
        return re.sub(r"[0-9a-f]{20,}\w*|\d+", "#", text)

    def test_anonymous_is_sent_to_the_login(self):
        self._login(None)
        for url in (
            HOME,
            "/my/service-units",
            f"{HOME}/new",
            f"{HOME}/{self.ticket.id}",
            f"{HOME}/999999999",
        ):
            with self.subTest(url):
                answer = self.url_open(url, allow_redirects=False)
                self.assertEqual(answer.status_code, 303)
                self.assertIn("/web/login", answer.headers["Location"])

    def test_a_shared_link_opens_one_ticket(self):
        token = self.ticket._portal_ensure_token()
        self._login(None)
        url = f"{HOME}/{self.ticket.id}?access_token="
        page = self.url_open(url + token)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("It works again", page.text)
        for wrong in ("x", "", "%C3%A9", f"{token}x"):
            answer = self.url_open(url + wrong, allow_redirects=False)
            self.assertEqual(answer.status_code, 303, wrong)

    def test_lists_show_only_own(self):
        for user, mine, theirs in (
            (self.owner, self.ticket, self.other_ticket),
            (self.other, self.other_ticket, self.ticket),
        ):
            self._login(user)
            for url, ours, others in (
                (HOME, mine.name, theirs.name),
                ("/my/service-units", mine.unit_id.name, theirs.unit_id.name),
                (f"{HOME}/new", mine.unit_id.name, theirs.unit_id.name),
            ):
                with self.subTest(f"{user.login} {url}"):
                    text = self.url_open(url).text
                    self.assertIn(ours, text)
                    self.assertNotIn(others, text)

    def test_lists_search_sort_and_page(self):
        self.env["service.ticket"].create(
            [{"unit_id": self.unit.id, "subject": f"no {n}"} for n in range(85)]
        )
        second = self._ticket(unit_id=self.unit.id, subject="Needle")
        self._login(self.owner)
        for url, found in (
            (f"{HOME}?search=Needle", True),
            (f"{HOME}?search={second.name}", True),
            (f"{HOME}?search=W1-0001", True),
            (f"{HOME}?search=W1-0002", False),
            (f"{HOME}?search=%00%25_nothing", False),
            (f"{HOME}/page/2", False),
            (f"{HOME}/page/99999999999999999999", False),
            (f"{HOME}?sortby=nonsense", True),
            (f"{HOME}?sortby=state", True),
            (f"{HOME}?sortby=number&filterby=x&partner_id=1", False),
        ):
            with self.subTest(url):
                page = self.url_open(url)
                self.assertEqual(page.status_code, 200)
                self.assertEqual(f"{HOME}/{second.id}" in page.text, found)
        for url in (
            "/my/service-units?search=Washer",
            "/my/service-units?sortby=newest",
        ):
            self.assertIn(self.unit.name, self.url_open(url).text)
        self.assertNotIn(
            self.unit.name, self.url_open("/my/service-units?search=nothing").text
        )

    def test_home_counts_own(self):
        self._login(self.owner)
        home = self.url_open("/my/home").text
        for url in (HOME, f"{HOME}/new", "/my/service-units"):
            self.assertIn(f'href="{url}"', home)
        counts = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["service_ticket_count", "service_unit_count"]}
        )
        self.assertEqual(
            (counts["service_ticket_count"], counts["service_unit_count"]), (1, 1)
        )

    def test_what_is_ours_stays_with_us(self):
        """Neither on the page nor over RPC."""
        self.ticket.message_post(
            body="Between us", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self._login(self.owner)
        page = self.url_open(f"{HOME}/{self.ticket.id}").text
        for secret in ("Pays late.", "Between us", "Door lock"):
            self.assertNotIn(secret, page)
        ticket = self.ticket.with_user(self.owner)
        self.assertEqual(ticket.read(["name"])[0]["name"], self.ticket.name)
        for name in (
            "internal_note",
            "diagnosis",
            "callback_ids",
            "transition_ids",
            "milestone_ids",
            "outcome",
            "user_id",
            "policy_id",
        ):
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    ticket.read([name])
                with self.assertRaises(AccessError):
                    ticket.search([(name, "!=", False)])
                self.assertNotIn(name, ticket.fields_get())
        for model in ("stock.lot", "service.callback", "service.transition"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.owner).search([])
        for attempt in (
            lambda: ticket.write({"subject": "x"}),
            lambda: ticket.unlink(),
            lambda: ticket.copy(),
            lambda: ticket.action_reopen(),
            lambda: self.other_ticket.with_user(self.owner).read(["name"]),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_thread_of_the_portal(self):
        """The customer reads and writes messages, never the notes."""
        self.ticket.message_post(
            body="Between us", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.ticket.message_post(
            body="To you", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        target = {"thread_model": "service.ticket", "thread_id": self.ticket.id}
        self._login(self.owner)
        self.make_jsonrpc_request("/portal/chatter_init", target)
        read = str(self.make_jsonrpc_request("/mail/chatter_fetch", target))
        self.assertIn("To you", read)
        self.assertNotIn("Between us", read)
        post = {
            **target,
            "post_data": {"body": "Hello", "message_type": "comment"},
        }
        self.make_jsonrpc_request("/mail/message/post", post)
        said = self.ticket.message_ids[0]
        self.assertEqual(said.author_id, self.owner.partner_id)
        self.assertIn("Hello", said.body)
        self._login(self.other)
        count = len(self.ticket.message_ids)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request("/mail/message/post", post)
        self.assertNotIn(
            "To you", str(self.make_jsonrpc_request("/mail/chatter_fetch", target))
        )
        self.assertEqual(len(self.ticket.message_ids), count)


@tagged("post_install", "-at_install")
class TestPortalChanges(PortalCase):
    def test_it_works_again(self):
        ticket = self._resolved()
        self._login(self.colleague)
        self.assertIn("It works again", self.url_open(f"{HOME}/{ticket.id}").text)
        answer = self._post(f"{HOME}/{ticket.id}/works", {"note": "Thanks"})
        self.assertEqual(answer.status_code, 303)
        call = ticket.callback_ids
        self.assertEqual(ticket.state, "closed")
        self.assertEqual((call.state, call.outcome), ("done", "satisfied"))
        self.assertEqual(call.user_id, self.colleague)
        self.assertIn("portal", call.note)
        self.assertIn("Thanks", call.note)
        # A second click finds nothing to answer, and says so.
        again = self._post(f"{HOME}/{ticket.id}/broken", {"note": "x"})
        self.assertEqual(again.status_code, 200)
        self.assertIn("not possible now", again.text)
        self.assertEqual(ticket.state, "closed")

    def test_it_does_not_work(self):
        ticket = self._resolved()
        self._login(self.owner)
        empty = self._post(f"{HOME}/{ticket.id}/broken", {"note": "  "})
        self.assertIn("what does not work", empty.text)
        self.assertEqual(ticket.state, "resolved")
        answer = self._post(f"{HOME}/{ticket.id}/broken", {"note": NASTY})
        self.assertEqual(answer.status_code, 303)
        call = ticket.callback_ids
        self.assertEqual(ticket.state, "open")
        self.assertEqual((call.state, call.outcome), ("done", "unsatisfied"))
        self.assertNotIn("<script>alert", str(ticket.message_ids.mapped("body")))
        said = ticket.message_ids.filtered(
            lambda m: m.subtype_id == self.env.ref("mail.mt_comment")
        )
        self.assertEqual(said.author_id, self.owner.partner_id)

    def test_without_an_owed_callback(self):
        """The desk has called already: the customer may still have the last word."""
        for path, state in (("works", "closed"), ("broken", "open")):
            ticket = self._resolved()
            ticket.callback_ids.sudo().state = "cancelled"
            self._login(self.owner)
            self._post(f"{HOME}/{ticket.id}/{path}", {"note": "So it is"})
            self.assertEqual(ticket.state, state)

    def test_changes_of_others_are_refused(self):
        """Not by others, not by the desk in the customer's name, not without CSRF."""
        ticket = self._resolved()
        self.ticket.user_id = self.engineer
        for path in ("works", "broken"):
            url = f"{HOME}/{ticket.id}/{path}"
            for user in (self.other, self.engineer, self.agent):
                self._login(user)
                answer = self._post(url, {"note": "x"})
                self.assertEqual(answer.status_code, 404, user.login)
            self._login(self.owner)
            missing = self._post(f"{HOME}/999999999/{path}", {"note": "x"})
            self.assertEqual(missing.status_code, 404)
            self.assertEqual(self.url_open(url).status_code, 405)
            with mute_logger("odoo.http"):
                forged = self._post(url, {"note": "x"}, csrf=False)
            self.assertEqual(forged.status_code, 400)
            self._login(None)
            anonymous = self._post(url, {"note": "x"})
            self.assertIn("/web/login", anonymous.headers["Location"])
        self.assertEqual(ticket.state, "resolved")
        self.assertEqual(ticket.callback_ids.state, "owed")

    def _reported(self):
        return self.env["service.ticket"].search(
            [("channel", "=", "portal")], order="id desc", limit=1
        )

    def test_report_a_fault(self):
        self._login(self.colleague)
        symptom = self.env.ref("service_ticket.symptom_no_power")
        answer = self._post(
            f"{HOME}/report",
            {
                "unit": str(self.unit.id),
                "symptom": str(symptom.id),
                "description": "Dark since this morning",
                "phone": "+32 1",
            },
            files={"files": (NASTY, picture(), "image/png")},
        )
        ticket = self._reported()
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith(f"{HOME}/{ticket.id}"))
        self.assertEqual(ticket.unit_id, self.unit)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.symptom_id, symptom)
        self.assertEqual(ticket.contact_name, self.colleague.name)
        self.assertEqual(ticket.contact_phone, "+32 1")
        self.assertTrue(ticket.milestone_ids)
        self.assertFalse(ticket.user_id)
        photo = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(photo.raw, picture())
        self.assertEqual(ticket.message_ids.attachment_ids, photo)
        self.assertEqual(self.url_open(f"{HOME}/{ticket.id}").status_code, 200)

    def test_report_without_a_unit(self):
        self._login(self.owner)
        self._post(f"{HOME}/report", {"description": "The tap drips\nsince Monday"})
        ticket = self._reported()
        self.assertFalse(ticket.unit_id)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.subject, "The tap drips")

    def test_ids_and_keys_of_a_form_are_not_trusted(self):
        self._login(self.owner)
        latest = self._reported()
        for unit in (str(self.other_unit.id), "999999999", "9" * 30, "x", "-1", "0"):
            answer = self._post(f"{HOME}/report", {"unit": unit, "description": "x"})
            self.assertEqual(answer.status_code, 200, unit)
            self.assertIn("one of your units", answer.text)
        self.assertEqual(self._reported(), latest)
        fields = self.env["service.ticket"]._fields
        crafted = {name: "1" for name in fields} | {
            "unit": str(self.unit.id),
            "description": "Leaks",
            "symptom": "99999999999999999999",
            "phone": "",
            "state": "closed",
            "partner_id": str(self.neighbour.id),
            "company_id": "999",
        }
        self._post(f"{HOME}/report", crafted)
        ticket = self._reported()
        self.assertEqual(ticket.state, "new")
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.company_id, self.env.company)
        self.assertFalse(ticket.user_id or ticket.symptom_id or ticket.cause_id)

    def test_report_needs_post_login_and_csrf(self):
        url = f"{HOME}/report"
        latest = self._reported()
        self._login(self.owner)
        self.assertIn(self.url_open(url).status_code, (404, 405))
        with mute_logger("odoo.http"):
            forged = self._post(url, {"description": "x"}, csrf=False)
        self.assertEqual(forged.status_code, 400)
        self._login(None)
        self.assertIn(
            "/web/login", self._post(url, {"description": "x"}).headers["Location"]
        )
        self.assertEqual(self._reported(), latest)

    def test_html_is_harmless_in_every_field(self):
        self._login(self.owner)
        answer = self._post(
            f"{HOME}/report",
            dict.fromkeys(("unit", "symptom", "description", "phone"), NASTY),
        )
        self.assertNotIn("<script>alert", answer.text)
        self._post(f"{HOME}/report", {"description": NASTY, "phone": NASTY})
        ticket = self._reported()
        self.assertIn("<script>", ticket.description)
        for url in (HOME, f"{HOME}/{ticket.id}", f"{HOME}?search={MARKUP}"):
            text = self.url_open(url).text
            self.assertNotIn("<script>alert", text, url)
            self.assertNotIn("<img src=x", text, url)

    def test_uploads_are_limited_and_said_so(self):
        self.env["ir.config_parameter"].set_param(
            "service_ticket.upload_megabytes", "1"
        )
        self._login(self.owner)
        latest = self._reported()
        large = picture(1024 * 1024 + 1)
        for files, message in (
            ([("a.png", large, "image/png")], "at most 1 MB"),
            ([("a.svg", b"<svg><script/></svg>", "image/png")], "nor a PDF"),
            ([("a.png", b"MZ\x90\0 program", "image/png")], "nor a PDF"),
            ([("a.png", picture(), "image/png")] * 6, "At most 5"),
        ):
            with self.subTest(message):
                answer = self._post(
                    f"{HOME}/report",
                    {"description": "Kept text"},
                    files=[("files", file) for file in files],
                )
                self.assertEqual(answer.status_code, 200)
                self.assertIn(message, answer.text)
                self.assertIn("Kept text", answer.text)
        self.assertEqual(self._reported(), latest)

    def test_a_bare_form_asks_what_is_wrong(self):
        self._login(self.owner)
        self.assertIn("what is wrong", self._post(f"{HOME}/report").text)


@tagged("post_install", "-at_install")
class TestRoutes(PortalCase):
    # Each is opened as owner, colleague, other, anonymous in these test files.
    checked = {
        f"{HOME}": "GET",
        f"{HOME}/page/<int:page>": "GET",
        "/my/service-units": "GET",
        "/my/service-units/page/<int:page>": "GET",
        f"{HOME}/<int(min=1, max=2147483647):ticket_id>": "GET",
        f"{HOME}/<int(min=1, max=2147483647):ticket_id>/works": "POST",
        f"{HOME}/<int(min=1, max=2147483647):ticket_id>/broken": "POST",
        f"{HOME}/<int(min=1, max=2147483647):ticket_id>/complain": "POST",
        f"{HOME}/<int(min=1, max=2147483647):ticket_id>/rate": "POST",
        f"{HOME}/new": "GET",
        f"{HOME}/report": "POST",
        "/service/unit/<int(min=1, max=2147483647):unit_id>/<string:token>": "GET",
        "/service/unit/<int(min=1, max=2147483647):unit_id>/<string:token>/report": (
            "POST"
        ),
        "/service/unit/<int(min=1, max=2147483647):unit_id>/<string:token>/thanks": (
            "GET"
        ),
    }

    def test_every_route_is_in_the_list(self):
        found = {}
        # pytest's main thread has no database, where Odoo's runner has one.
        with patch.object(current_thread(), "dbname", self.env.cr.dbname, create=True):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        for rule in rules:
            endpoint = rule.endpoint
            module = getattr(endpoint.func, "__func__", endpoint.func).__module__
            if not module.startswith("odoo.addons.service_ticket."):
                continue
            routing = endpoint.routing
            self.assertEqual(len(routing["methods"]), 1, rule.rule)
            self.assertTrue(routing.get("csrf", True), rule.rule)
            found[rule.rule] = routing["methods"][0]
        self.assertEqual(found, self.checked)

    def test_controllers_leave_rights_to_the_models(self):
        folder = Path(__file__).parent.parent / "controllers"
        for path in folder.glob("*.py"):
            source = path.read_text()
            for word in (".sudo(", "browse(int(", "csrf=False", "SUPERUSER"):
                self.assertNotIn(word, source, path.name)
