"""C1 to C3: every route of the suite, whoever knocks, whoever's record it names."""

from odoo.tools import mute_logger

from .world import OUTSIDE, PLACES, ROLES, WorldCase

TICKET = "/my/service-tickets/<int(min=1, max=2147483647):ticket_id>"
UNIT = "/service/unit/<int(min=1, max=2147483647):unit_id>/<string:token>"
OWN_UNIT = "/my/service-units/<int(min=1, max=2147483647):unit_id>"
MISSING = 2147483640

# What each route answers to. A route that names a record says which: then everybody
# who is not let in gets what a missing record gets.
#   readers    whoever may read the record
#   customers  the portal users of the record's customer, and nobody else
#   signed     whoever holds the link; nobody with another record's token
#   people     no record: whoever is logged in, about own things only
ROUTES = {
    "/my/service-tickets": "people",
    "/my/service-tickets/page/<int:page>": "people",
    "/my/service-units": "people",
    "/my/service-units/page/<int:page>": "people",
    "/my/service-tickets/new": "people",
    "/my/service-tickets/report": "people",
    TICKET: "readers",
    f"{TICKET}/works": "customers",
    f"{TICKET}/broken": "customers",
    f"{TICKET}/complain": "customers",
    f"{OWN_UNIT}/warranty": "customers",
    f"{OWN_UNIT}/certificate": "customers",
    f"{OWN_UNIT}/agreement": "customers",
    f"{TICKET}/rate": "customers",
    UNIT: "signed",
    f"{UNIT}/report": "signed",
    f"{UNIT}/thanks": "signed",
}
# How a place's record stands in a route: {argument: function of the place}.
ARGUMENTS = {
    "ticket_id": lambda place: place["service.ticket"].id,
    "unit_id": lambda place: place["stock.lot"].id,
    "token": lambda place: place["stock.lot"]._get_label_token(),
    "page": lambda place: 1,
}
# {rule: reason} for what a browser may send without the token against forgery.
WITHOUT_CSRF = {}
CUSTOMERS = {"portal": {"own", "colleague"}, "neighbour": {"other"}}


class Routes(WorldCase):
    def _rules(self):
        rules = self._suite_rules()
        unknown = rules.keys() - ROUTES.keys()
        self.assertFalse(
            unknown,
            "New routes: say in ROUTES of tests/security/routes.py whom they let "
            "in, and how their arguments are filled in ARGUMENTS.",
        )
        self.assertFalse(ROUTES.keys() - rules.keys(), "routes that are gone")
        return rules

    def _url(self, rule, place, **given):
        """Return the address of a place's record."""
        url = rule.rule
        for name in rule.arguments:
            self.assertIn(name, ARGUMENTS, f"{url}: say in ARGUMENTS what {name} is.")
        values = {name: ARGUMENTS[name](place) for name in rule.arguments} | given
        return rule.build(values, append_unknown=False)[1]

    def _knock(self, rule, url):
        if "POST" in rule.endpoint.routing["methods"]:
            with mute_logger("odoo.http"):
                return self._post(url, {})
        return self.url_open(url, allow_redirects=False)

    def _is_let_in(self, kind, role, place):
        if kind == "customers":
            return place.name in CUSTOMERS.get(role, ())
        return self._as(role, place["service.ticket"]).has_access("read")

    # --- Who is let in ------------------------------------------------------------

    def test_forbidden_looks_like_missing(self):
        """C1, and that those who may get in do."""
        rules = self._rules()
        for role in ROLES:
            self._login(role)
            for name, rule in rules.items():
                kind = ROUTES[name]
                if kind in ("readers", "customers"):
                    self._knock_everywhere(rule, kind, role)

    def _knock_everywhere(self, rule, kind, role):
        missing = self._answer(rule, role, None)
        for name in PLACES:
            with self.subTest(f"{role} {rule.rule} {name}"):
                answer = self._answer(rule, role, self.places[name])
                if self._is_let_in(kind, role, self.places[name]):
                    self.assertNotEqual(answer, missing)
                    self.assertIn(answer[0], (200, 303))
                else:
                    self.assertEqual(answer, missing)

    def _answer(self, rule, role, place):
        """Return (status, shape of the page, where it leads without the id)."""
        given = {} if place else dict.fromkeys(("ticket_id", "unit_id"), MISSING)
        given = {name: given[name] for name in given if name in rule.arguments}
        answer = self._knock(
            rule, self._url(rule, place or self.places["own"], **given)
        )
        self.assertNotEqual(answer.status_code, 500)
        where = self._shape(answer.headers.get("Location", ""))
        return answer.status_code, self._shape(answer.text), where

    def test_anonymous_people_are_sent_to_the_login(self):
        self._login(None)
        for name, rule in self._rules().items():
            if ROUTES[name] in ("people", "readers", "customers"):
                answer = self._knock(rule, self._url(rule, self.places["own"]))
                with self.subTest(name):
                    self.assertEqual(answer.status_code, 303)
                    self.assertIn("/web/login", answer.headers["Location"])

    def test_a_signature_opens_its_record_only(self):
        places = self.places
        for name, rule in self._rules().items():
            if ROUTES[name] != "signed":
                continue
            for role in (*OUTSIDE, "engineer", "manager_b"):
                self._login(role)
                token = ARGUMENTS["token"](places["other"])
                for forged in (
                    self._url(rule, places["own"], token=token),
                    self._url(rule, places["company"], token=token),
                    self._url(rule, places["own"], token=token.upper()),
                    self._url(rule, places["own"], token="é"),
                    self._url(rule, places["other"], unit_id=MISSING),
                ):
                    with self.subTest(f"{role} {forged}"):
                        self.assertEqual(self._knock(rule, forged).status_code, 404)
                good = self._url(rule, places["own"])
                self.assertEqual(self._knock(rule, good).status_code, 200)

    def test_ids_that_no_database_holds(self):
        self._login("portal")
        for rule in self._rules().values():
            url = self._url(rule, self.places["own"])
            for part in (name for name in rule.arguments if name.endswith("_id")):
                own = str(ARGUMENTS[part](self.places["own"]))
                for odd in ("0", "-1", "9" * 30, "1e3", "1%27--", "../1"):
                    broken = url.replace(f"/{own}", f"/{odd}", 1)
                    with self.subTest(broken):
                        answer = self._knock(rule, broken)
                        self.assertIn(answer.status_code, (303, 404, 405, 400), broken)

    # --- What changes something ---------------------------------------------------

    def test_every_route_says_how_it_is_called(self):
        """C2: one method each; what changes something is a form with a token."""
        for name, rule in self._rules().items():
            routing = rule.endpoint.routing
            with self.subTest(name):
                self.assertIn(routing["methods"], (["GET"], ["POST"]))
                if routing["type"] != "http":
                    self.assertEqual(routing["methods"], ["POST"])
                    self.assertIn(routing["auth"], ("user", "bearer"))
                elif routing["methods"] == ["POST"] and name not in WITHOUT_CSRF:
                    self.assertTrue(routing.get("csrf", True))

    def test_reading_changes_nothing(self):
        """C2: a GET, by whomever, and a POST without its token or in a GET's clothes."""
        rules = self._rules()
        before = self._digest()
        for role in ("public", "portal", "engineer", "manager"):
            self._login(role)
            for name, rule in rules.items():
                for place in (self.places["own"], self.places["company"]):
                    url = self._url(rule, place)
                    if "GET" in rule.endpoint.routing["methods"]:
                        answer = self.url_open(url, allow_redirects=False)
                        self.assertIn(answer.status_code, (200, 303, 404), url)
                        continue
                    answer = self.url_open(url, allow_redirects=False)
                    self.assertEqual(answer.status_code, 405, url)
                    if name not in WITHOUT_CSRF:
                        self._refuse_forged(url, role)
        self.env.invalidate_all()
        after = self._digest()
        self.assertEqual([name for name in after if before[name] != after[name]], [])

    def _refuse_forged(self, url, role):
        with mute_logger("odoo.http"):
            answer = self.url_open(url, data={"note": "x"}, allow_redirects=False)
        self.assertIn(answer.status_code, (303, 400, 404), url)
        if answer.status_code == 303:
            self.assertIn("/web/login", answer.headers["Location"], role)
