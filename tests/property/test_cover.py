"""The cover judge: a table of cases, and properties that hold for every case."""

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
entitlements = st.builds(
    cover.Entitlement,
    document=st.sampled_from(["A", "B", "C", "D"]),
    layer=st.sampled_from([*cover.PRECEDENCE, "rumour"]),
    start=days,
    grants=st.lists(
        st.builds(cover.Grant, st.sampled_from(cover.KINDS), shares, days), max_size=4
    ).map(tuple),
    excluded=st.none() | st.frozensets(codes),
    void_on=st.none() | days,
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
)


@unhurried
@given(requests)
def test_share_is_a_percentage_and_the_rule_fits(request):
    verdict = cover.judge(request)
    assert 0 <= verdict.share <= 100
    assert (verdict.rule == cover.PAID) == (verdict.share == 0)
    assert all(0 <= opinion.share <= 100 for opinion in verdict.others)


@unhurried
@given(requests)
def test_exclusion_never_gives_more(request):
    without = cover.judge(replace(request, exclusion=None))
    assert cover.judge(request).share <= without.share
    undiagnosed = cover.judge(replace(request, diagnosed=False))
    assert undiagnosed.share == without.share


@unhurried
@given(requests, entitlements)
def test_one_more_document_never_lowers(request, extra):
    before = cover.judge(request)
    after = cover.judge(replace(request, entitlements=(*request.entitlements, extra)))
    assert after.share >= before.share
    if after.share == before.share and before.share and after.rule != before.rule:
        order = request.precedence
        assert order.index(after.rule) < order.index(before.rule)


@unhurried
@given(requests)
def test_no_document_alone_gives_more(request):
    verdict = cover.judge(request)
    alone = [
        cover.judge(replace(request, entitlements=(entitlement,))).share
        for entitlement in request.entitlements
    ]
    assert verdict.share == max(alone, default=0)


@unhurried
@given(requests, st.randoms(use_true_random=False))
def test_order_of_documents_is_irrelevant(request, random):
    shuffled = list(request.entitlements)
    random.shuffle(shuffled)
    assert cover.judge(request) == cover.judge(
        replace(request, entitlements=tuple(shuffled))
    )


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
