"""The cover judge: a table of cases, and properties that hold for every case."""

import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.service_contract.engine import cover

DAY = date(2026, 6, 1)
FULL = Decimal(100)
HALF = Decimal(50)
START = date(2026, 1, 15)
UNTIL = date(2028, 1, 14)


def grants(share=FULL, until=UNTIL, kinds=cover.KINDS):
    return tuple(cover.Grant(kind, Decimal(share), until) for kind in kinds)


def paper(layer="warranty", **changes):
    values = {
        "document": layer,
        "layer": layer,
        "start": START,
        "grants": grants(),
        **changes,
    }
    return cover.Entitlement(**values)


WARRANTY = paper()
HALF_WARRANTY = paper(grants=grants(HALF))
ENDED = paper(grants=grants(until=date(2026, 5, 31)))
LAST_DAY = paper(grants=grants(until=DAY))
FUTURE = paper(start=DAY + timedelta(days=1))
FIRST_DAY = paper(start=DAY)
VOID = paper(void_on=date(2026, 3, 1))
VOID_LATER = paper(void_on=DAY + timedelta(days=1))
LABOUR_ONLY = paper(grants=grants(kinds=("labour",)))
MISUSE_ONLY = paper(excluded=frozenset({"misuse"}))
EXTENSION = paper("extension")
CONTRACT = paper("contract")
CONTRACT_ALL_RISKS = paper("contract", excluded=frozenset())
GOODWILL = paper("goodwill", excluded=frozenset())
UNKNOWN_LAYER = paper("rumour")
PARTS_ENDED = paper(
    grants=grants(until=date(2026, 5, 1), kinds=("part",)) + grants(kinds=("labour",)),
)

# papers, exclusion, share, rule, reason
TABLE = [
    pytest.param([], None, 0, "paid", "none", id="nothing"),
    pytest.param([WARRANTY], None, 100, "warranty", "covered", id="warranty R52"),
    pytest.param([WARRANTY], "lightning", 0, "paid", "excluded", id="lightning R67"),
    pytest.param([MISUSE_ONLY], "misuse", 0, "paid", "excluded", id="named exclusion"),
    pytest.param(
        [MISUSE_ONLY], "lightning", 100, "warranty", "covered", id="unnamed exclusion"
    ),
    pytest.param([HALF_WARRANTY], None, 50, "warranty", "partly", id="half"),
    pytest.param([ENDED], None, 0, "paid", "ended", id="ended"),
    pytest.param([ENDED], "lightning", 0, "paid", "ended", id="ended and excluded"),
    pytest.param([LAST_DAY], None, 100, "warranty", "covered", id="last day counts"),
    pytest.param([FUTURE], None, 0, "paid", "not_started", id="not started"),
    pytest.param([FIRST_DAY], None, 100, "warranty", "covered", id="first day counts"),
    pytest.param([VOID], None, 0, "paid", "void", id="void"),
    pytest.param([VOID_LATER], None, 100, "warranty", "covered", id="void later"),
    pytest.param([LABOUR_ONLY], None, 0, "paid", "kind", id="kind not covered"),
    pytest.param([PARTS_ENDED], None, 0, "paid", "ended", id="kind ended earlier"),
    pytest.param([ENDED, EXTENSION], None, 100, "extension", "covered", id="extended"),
    pytest.param(
        [HALF_WARRANTY, CONTRACT], None, 100, "contract", "covered", id="best share"
    ),
    pytest.param(
        [GOODWILL, CONTRACT, EXTENSION, WARRANTY],
        None,
        100,
        "warranty",
        "covered",
        id="precedence among equals",
    ),
    pytest.param(
        [WARRANTY, CONTRACT_ALL_RISKS],
        "lightning",
        100,
        "contract",
        "covered",
        id="contract covers what the warranty excludes",
    ),
    pytest.param(
        [ENDED, GOODWILL], "lightning", 100, "goodwill", "covered", id="goodwill"
    ),
    pytest.param([ENDED, LABOUR_ONLY], None, 0, "paid", "kind", id="nearest refusal"),
    pytest.param([VOID, WARRANTY], None, 100, "warranty", "covered", id="sold again"),
    pytest.param([UNKNOWN_LAYER], None, 0, "paid", "none", id="unknown layer"),
]


@pytest.mark.parametrize(("papers", "exclusion", "share", "rule", "reason"), TABLE)
def test_decision_table(papers, exclusion, share, rule, reason):
    request = cover.CoverRequest("part", DAY, tuple(papers), exclusion)
    verdict = cover.judge(request)
    assert (verdict.share, verdict.rule, verdict.reason.key) == (share, rule, reason)
    heard = [entitlement for entitlement in papers if entitlement.layer != "rumour"]
    assert len(verdict.others) == max(len(heard) - 1, 0)


TARIFF, COST, AGREED, CARD = (Decimal(value) for value in (120, 70, 90, 80))
PRICES = cover.Prices(TARIFF, COST, {("contract", "contract"): AGREED})
DEAR = cover.Prices(TARIFF, Decimal(150), {("contract", "contract"): Decimal(300)})
UNPRICED = cover.Prices(TARIFF)


def one(kind, share, **changes):
    values = {"kind": kind, "share": Decimal(share), "until": UNTIL, **changes}
    return cover.Grant(**values)


def card_price(price):
    return cover.Prices(TARIFF, COST, {("warranty", "card"): Decimal(price)})


# R35: spare parts at cost, no labour, technical or service fee.
AT_COST = paper(
    "contract",
    grants=(
        one("part", 0, ceilings=("cost",)),
        *(one(kind, 100) for kind in ("labour", "travel", "diagnosis", "software")),
    ),
)
# R53: what is broken by the customer in warranty is replaced at cost.
COST_IF_EXCLUDED = paper(grants=(one("part", 100, excluded_ceilings=("cost",)),))
# R54: parts never above the price of the contract, labour at cost.
MAINTENANCE = paper(
    "contract",
    grants=(
        one("part", 0, ceilings=("contract",)),
        one("labour", 0, ceilings=("cost",)),
    ),
)
# R121: the lower of the tariff and the warranty card.
BY_CARD = paper(grants=(one("part", 0, ceilings=("card",)),))
# R43: everything free, whatever is asked for and whatever caused it.
ALL_FREE = paper(
    "contract",
    grants=tuple(one(kind, 100, requests=True) for kind in cover.KINDS),
    excluded=frozenset(),
)
# R120: free within a month, half price until the third.
SOFTWARE = paper(
    start=date(2026, 5, 1),
    grants=(
        one("software", 100, until=date(2026, 5, 31), requests=True),
        one("software", 50, until=date(2026, 7, 31), requests=True),
    ),
)
REPAIRED = paper("warranty", grants=grants(kinds=("part", "labour")), product="board")


def ask(papers, kind="part", **changes):
    values = {"prices": PRICES, **changes}
    return cover.judge(cover.CoverRequest(kind, DAY, tuple(papers), **values))


def limited(share=100, kind="labour", **left):
    return paper("contract", grants=(one(kind, share, **left),))


# papers, kind, changes, unit price, share, rule, reason, basis
PRICE_TABLE = [
    pytest.param([AT_COST], "part", {}, 70, 0, "contract", "priced", "cost", id="R35"),
    pytest.param(
        [AT_COST],
        "labour",
        {},
        120,
        100,
        "contract",
        "covered",
        "tariff",
        id="R35 work",
    ),
    pytest.param(
        [AT_COST], "unit", {}, 120, 0, "paid", "kind", "tariff", id="R35 no unit"
    ),
    pytest.param(
        [COST_IF_EXCLUDED],
        "part",
        {"exclusion": "misuse"},
        70,
        0,
        "warranty",
        "excluded",
        "cost",
        id="R53 not a quality cause",
    ),
    pytest.param(
        [COST_IF_EXCLUDED],
        "part",
        {},
        120,
        100,
        "warranty",
        "covered",
        "tariff",
        id="R52 quality cause",
    ),
    pytest.param(
        [MAINTENANCE],
        "part",
        {},
        90,
        0,
        "contract",
        "priced",
        "contract",
        id="R54 part",
    ),
    pytest.param(
        [MAINTENANCE],
        "labour",
        {},
        70,
        0,
        "contract",
        "priced",
        "cost",
        id="R54 labour",
    ),
    pytest.param(
        [MAINTENANCE],
        "part",
        {"prices": DEAR},
        120,
        0,
        "paid",
        "priced",
        "tariff",
        id="R54 tariff is lower today",
    ),
    pytest.param(
        [AT_COST],
        "part",
        {"prices": UNPRICED},
        120,
        0,
        "paid",
        "priced",
        "tariff",
        id="cost not on record",
    ),
    pytest.param(
        [BY_CARD],
        "part",
        {"prices": card_price(80)},
        80,
        0,
        "warranty",
        "priced",
        "card",
        id="R121 card is lower",
    ),
    pytest.param(
        [BY_CARD],
        "part",
        {"prices": card_price(200)},
        120,
        0,
        "paid",
        "priced",
        "tariff",
        id="R121 tariff is lower",
    ),
    pytest.param(
        [ALL_FREE],
        "travel",
        {"fault": False, "exclusion": "misuse"},
        120,
        100,
        "contract",
        "covered",
        "tariff",
        id="R43 all free",
    ),
    pytest.param(
        [WARRANTY],
        "part",
        {"foreign": True},
        120,
        100,
        "warranty",
        "covered",
        "tariff",
        id="a paper that counts for other makes",
    ),
    pytest.param(
        [replace(WARRANTY, foreign=False)],
        "part",
        {"foreign": True},
        120,
        0,
        "paid",
        "foreign",
        "tariff",
        id="R64 not ours",
    ),
    pytest.param(
        [],
        "part",
        {"foreign": True},
        120,
        0,
        "paid",
        "foreign",
        "tariff",
        id="R64 without papers",
    ),
    pytest.param(
        [limited(left_qty=Decimal(0))],
        "labour",
        {},
        120,
        0,
        "paid",
        "used_up",
        "tariff",
        id="hours used up",
    ),
    pytest.param(
        [limited(left_qty=Decimal(2))],
        "labour",
        {"quantity": Decimal(3)},
        120,
        "66.67",
        "contract",
        "limited",
        "tariff",
        id="two of three hours",
    ),
    pytest.param(
        [limited(left_qty=Decimal(3))],
        "labour",
        {"quantity": Decimal(3)},
        120,
        100,
        "contract",
        "covered",
        "tariff",
        id="the last three hours",
    ),
    pytest.param(
        [limited(left_amount=Decimal(60))],
        "labour",
        {},
        120,
        50,
        "contract",
        "limited",
        "tariff",
        id="half of the amount is left",
    ),
    pytest.param(
        [limited(50, left_amount=Decimal(60))],
        "labour",
        {},
        120,
        50,
        "contract",
        "partly",
        "tariff",
        id="the amount suffices",
    ),
    pytest.param(
        [limited(left_amount=Decimal(0))],
        "labour",
        {},
        120,
        0,
        "paid",
        "used_up",
        "tariff",
        id="amount used up",
    ),
    pytest.param(
        [limited(kind="travel", left_qty=Decimal(0)), GOODWILL],
        "travel",
        {},
        120,
        100,
        "goodwill",
        "covered",
        "tariff",
        id="visits used up, goodwill",
    ),
    pytest.param(
        [WARRANTY, limited(left_qty=Decimal(9))],
        "labour",
        {},
        120,
        100,
        "warranty",
        "covered",
        "tariff",
        id="the warranty spares the hours",
    ),
    pytest.param(
        [AT_COST, HALF_WARRANTY],
        "part",
        {},
        120,
        50,
        "warranty",
        "partly",
        "tariff",
        id="half the tariff is less than cost",
    ),
    pytest.param(
        [AT_COST, paper(grants=grants(Decimal(25)))],
        "part",
        {},
        70,
        0,
        "contract",
        "priced",
        "cost",
        id="cost is less than three quarters",
    ),
    pytest.param(
        [REPAIRED],
        "part",
        {"products": frozenset({"board"})},
        120,
        100,
        "warranty",
        "covered",
        "tariff",
        id="R138 fitted part",
    ),
    pytest.param(
        [REPAIRED],
        "part",
        {"products": frozenset({"belt"})},
        120,
        0,
        "paid",
        "other_part",
        "tariff",
        id="R138 another part",
    ),
    pytest.param(
        [REPAIRED],
        "labour",
        {"products": frozenset({"belt", "board"})},
        120,
        100,
        "warranty",
        "covered",
        "tariff",
        id="R138 work on the fitted part",
    ),
    pytest.param(
        [WARRANTY],
        "part",
        {"exclusion": "misuse", "proven": False},
        120,
        100,
        "warranty",
        "covered",
        "tariff",
        id="R60 no evidence yet",
    ),
]


@pytest.mark.parametrize(
    ("papers", "kind", "changes", "price", "share", "rule", "reason", "basis"),
    PRICE_TABLE,
)
def test_price_table(papers, kind, changes, price, share, rule, reason, basis):
    verdict = ask(papers, kind, **changes)
    assert (verdict.price, verdict.share) == (Decimal(price), Decimal(share))
    assert (verdict.rule, verdict.reason.key) == (rule, reason)
    assert verdict.reason.basis == basis


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2026, 4, 30), 0),
        (date(2026, 5, 31), 100),
        (date(2026, 6, 1), 50),
        (date(2026, 7, 31), 50),
        (date(2026, 8, 1), 0),
    ],
)
def test_software_is_free_for_a_month_charged_after_three(day, share):
    request = cover.CoverRequest("software", day, (SOFTWARE,), fault=False)
    assert cover.judge(request).share == share


def test_exclusion_without_evidence_is_provisional():
    assert ask([WARRANTY], exclusion="misuse", proven=False).provisional
    assert not ask([WARRANTY], exclusion="misuse").provisional


def test_a_limit_says_what_is_used():
    verdict = ask([limited(left_qty=Decimal(2))], "labour", quantity=Decimal(3))
    assert (verdict.used_qty, verdict.used_amount) == (2, 240)


def test_who_broke_it_never_pays_less_than_who_did_not():
    cheap = cover.Prices(TARIFF, Decimal(10))
    terms = paper(grants=(one("part", 50, excluded_ceilings=("cost",)),))
    verdict = ask([terms], prices=cheap, exclusion="misuse")
    assert verdict.pay == ask([terms], prices=cheap).pay == 60


def test_lifelong_is_nobodys_last_day():
    assert cover.lifelong(date(2024, 2, 29)) > date(8000, 1, 1)


def test_twenty_thousand_verdicts_a_second():
    """Half of the promise, so that a busy machine is no failure."""
    papers = (WARRANTY, AT_COST, MAINTENANCE)
    questions = [
        cover.CoverRequest("part", DAY, papers, prices=PRICES) for _n in range(5000)
    ]
    start = time.perf_counter()
    cover.judge_many(questions)
    assert 5000 / (time.perf_counter() - start) > 10_000


def test_before_diagnosis_a_quality_fault_is_assumed():
    request = cover.CoverRequest(
        "part", DAY, (WARRANTY,), exclusion="lightning", diagnosed=False
    )
    verdict = cover.judge(request)
    assert verdict.share == FULL
    assert verdict.provisional
    assert not cover.judge(replace(request, diagnosed=True)).provisional


def test_what_is_no_fault_is_charged():
    request = cover.CoverRequest("labour", DAY, (WARRANTY,), fault=False)
    verdict = cover.judge(request)
    assert (verdict.share, verdict.reason.key) == (0, "not_fault")


def test_reason_carries_what_the_sentence_needs():
    reason = cover.judge(cover.CoverRequest("part", DAY, (HALF_WARRANTY,))).reason
    assert (reason.document, reason.share, reason.day) == ("warranty", HALF, UNTIL)
    excluded = cover.CoverRequest("part", DAY, (WARRANTY,), "lightning")
    assert cover.judge(excluded).reason.exclusion == "lightning"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 15), 24, date(2028, 1, 14)),
        (date(2026, 1, 1), 1, date(2026, 1, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 29), 1, date(2026, 2, 28)),
        (date(2026, 1, 28), 1, date(2026, 2, 27)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
    ],
)
def test_last_day(start, months, end):
    assert cover.last_day(start, months) == end


@pytest.mark.parametrize("months", [0, -1])
def test_last_day_needs_months(months):
    with pytest.raises(ValueError, match="month"):
        cover.last_day(DAY, months)


# A busy machine is no failure.
unhurried = settings(deadline=None)

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
shares = st.integers(0, 100).map(Decimal)
codes = st.sampled_from(["lightning", "misuse", "transport"])
money = st.decimals(0, 5000, places=2)
ceilings = st.lists(st.sampled_from(["cost", "contract", "card"]), max_size=2).map(
    tuple
)
papers_of = st.sampled_from(["A", "B", "C", "D"])
entitlements = st.builds(
    cover.Entitlement,
    document=papers_of,
    layer=st.sampled_from([*cover.PRECEDENCE, "rumour"]),
    start=days,
    grants=st.lists(
        st.builds(
            cover.Grant,
            st.sampled_from(cover.KINDS),
            shares,
            days,
            ceilings,
            st.booleans(),
            st.none() | st.decimals(0, 10, places=2),
            st.none() | money,
            ceilings,
        ),
        max_size=4,
    ).map(tuple),
    excluded=st.none() | st.frozensets(codes),
    void_on=st.none() | days,
    product=st.sampled_from(["", "", "board"]),
    foreign=st.booleans(),
)
requests = st.builds(
    cover.CoverRequest,
    kind=st.sampled_from(cover.KINDS),
    day=days,
    entitlements=st.lists(entitlements, max_size=6).map(tuple),
    exclusion=st.none() | codes,
    diagnosed=st.booleans(),
    fault=st.booleans(),
    precedence=st.permutations(cover.PRECEDENCE).map(tuple),
    prices=st.builds(
        cover.Prices,
        money,
        st.none() | money,
        st.dictionaries(
            st.tuples(papers_of, st.sampled_from(["contract", "card"])), money
        ),
    ),
    quantity=st.decimals(0, 20, places=2),
    proven=st.booleans(),
    foreign=st.booleans(),
    products=st.frozensets(st.sampled_from(["board", "belt"])),
)


@unhurried
@given(requests)
def test_share_is_a_percentage_and_the_rule_fits(request):
    verdict = cover.judge(request)
    tariff = request.prices.tariff
    helped = verdict.share > 0 or verdict.price < tariff
    assert (verdict.rule == cover.PAID) != helped
    for answer in (verdict, *verdict.others):
        assert 0 <= answer.share <= 100
        assert 0 <= answer.pay <= answer.price <= tariff
        assert answer.used_qty >= 0
        assert answer.used_amount >= 0


@unhurried
@given(requests)
def test_same_question_same_answer(request):
    assert cover.judge(request) == cover.judge(replace(request))


@unhurried
@given(requests)
def test_exclusion_never_gives_more(request):
    without = cover.judge(replace(request, exclusion=None))
    assert cover.judge(request).pay >= without.pay
    undiagnosed = cover.judge(replace(request, diagnosed=False))
    unproven = cover.judge(replace(request, proven=False))
    assert undiagnosed.pay == unproven.pay == without.pay


@unhurried
@given(requests)
def test_a_fault_is_never_dearer_than_a_request(request):
    fault = cover.judge(replace(request, fault=True, exclusion=None))
    assert fault.pay <= cover.judge(replace(request, fault=False, exclusion=None)).pay


@unhurried
@given(requests, entitlements)
def test_one_more_document_never_costs(request, extra):
    before = cover.judge(request)
    after = cover.judge(replace(request, entitlements=(*request.entitlements, extra)))
    assert after.pay <= before.pay


@unhurried
@given(requests)
def test_no_document_alone_gives_more(request):
    verdict = cover.judge(request)
    alone = [
        cover.judge(replace(request, entitlements=(entitlement,))).pay
        for entitlement in request.entitlements
    ]
    assert verdict.pay == min(alone, default=request.prices.tariff)


@unhurried
@given(requests, st.randoms(use_true_random=False))
def test_order_of_documents_is_irrelevant(request, random):
    shuffled = list(request.entitlements)
    random.shuffle(shuffled)
    assert cover.judge(request) == cover.judge(
        replace(request, entitlements=tuple(shuffled))
    )


@unhurried
@given(requests)
def test_limits_are_kept(request):
    """What is covered is never more than what is left, but for the rounded cent."""
    verdict = cover.judge(request)
    for paper in request.entitlements:
        if paper.document != verdict.reason.document or verdict.share == 0:
            continue
        left = [
            grant.left_amount
            for grant in paper.grants
            if grant.kind == request.kind and grant.left_amount is not None
        ]
        if len(left) == 1 == len(paper.grants) == len(request.entitlements):
            assert verdict.used_amount <= left[0]


@unhurried
@given(requests, st.decimals(0, 5, places=2))
def test_more_left_never_costs(request, extra):
    def raise_limits(paper):
        more = tuple(
            grant
            if grant.left_qty is None
            else replace(grant, left_qty=grant.left_qty + extra)
            for grant in paper.grants
        )
        return replace(paper, grants=more)

    richer = tuple(raise_limits(paper) for paper in request.entitlements)
    more = cover.judge(replace(request, entitlements=richer, exclusion=None))
    assert more.pay <= cover.judge(replace(request, exclusion=None)).pay


@unhurried
@given(st.lists(requests, max_size=5))
def test_many_at_once_equals_one_by_one(many):
    assert cover.judge_many(many + many) == [cover.judge(one) for one in many + many]


@unhurried
@given(days, st.integers(1, 240))
def test_period_grows_with_its_months_and_tiles(start, months):
    end = cover.last_day(start, months)
    assert end >= start
    assert cover.last_day(start, months + 1) > end
    assert cover.last_day(start + timedelta(days=1), months) >= end
