"""Laws of the engine that finds similar solved faults."""

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.service_ticket.engine import similar

PIECES = st.sampled_from(
    [
        "leaks",
        "leaking",
        "door",
        "E18",
        "空调",
        "不制冷",
        "漏水",
        "製冷",
        "noise",
        "the",
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=8).map(" ".join), st.text(max_size=60))
WORDS = TEXTS.map(lambda text: frozenset(similar.get_words(text)))
SHARES = st.dictionaries(
    st.sampled_from(["leak", "door", "空调", "制冷", "漏水"]), st.floats(0, 1)
)
FAULTS = st.builds(
    similar.Fault,
    key=st.integers(1, 50),
    words=WORDS,
    symptoms=st.dictionaries(st.integers(1, 4), st.just(1.0), max_size=1),
    model=st.integers(0, 3),
    category=st.integers(0, 2),
    fix=st.tuples(st.integers(1, 3), st.integers(1, 3)) | st.just(()),
)


@given(TEXTS)
def test_words_are_few_distinct_and_without_spaces(text):
    words = similar.get_words(text)
    assert len(words) <= similar.MOST_WORDS
    assert len(set(words)) == len(words)
    assert all(word and not any(char.isspace() for char in word) for word in words)


@given(WORDS, WORDS, SHARES)
def test_likeness_is_symmetric_and_bounded(one, other, shares):
    rarity = similar.get_rarity(one | other, shares)
    likeness = similar.get_likeness(one, other, rarity)
    assert likeness == similar.get_likeness(other, one, rarity)
    assert 0 <= likeness <= 1
    assert bool(likeness) == bool(one & other)
    if one:
        assert similar.get_likeness(one, one, rarity) > 0.999


@given(SHARES, st.lists(st.sampled_from(["leak", "空调", "x"])))
def test_the_rarer_a_word_the_more_it_tells(shares, words):
    rarity = similar.get_rarity(words, shares)
    assert all(0 < value <= 1 for value in rarity.values())
    by_share = sorted(rarity, key=lambda word: shares.get(word, 0))
    values = [rarity[word] for word in by_share]
    assert values == sorted(values, reverse=True)


@settings(max_examples=300)
@given(FAULTS, st.lists(FAULTS, max_size=12, unique_by=lambda f: f.key), SHARES)
def test_the_order_is_total_and_each_fix_is_shown_once(asked, solved, shares):
    found = similar.rank(asked, solved, shares)
    assert found == similar.rank(asked, solved[::-1], shares)
    assert len(found) <= 5
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert all(similar.LEAST - 1e-6 <= score <= 1 for score in scores)
    fixes = {fault.key: fault.fix or fault.key for fault in solved}
    assert len({fixes[match.key] for match in found}) == len(found)
    assert sum(match.times for match in found) <= len(solved)


@given(FAULTS, FAULTS)
def test_a_model_alone_is_no_likeness(asked, solved):
    rarity = similar.get_rarity(asked.words, {})
    score = similar.get_score(asked, solved, rarity)
    assert 0 <= score <= 1
    if not (asked.words & solved.words or asked.symptoms.keys() & solved.symptoms):
        known = asked.words or asked.symptoms
        assert not (known and score)


@given(WORDS, st.dictionaries(st.integers(1, 9), st.lists(WORDS, max_size=2)))
def test_few_symptoms_are_guessed_and_never_as_sure_as_a_choice(words, names):
    guessed = similar.guess_symptoms(words, names)
    assert len(guessed) <= 3
    assert all(0 < sure < 1 for sure in guessed.values())


def test_one_language_of_several_scripts():
    traditional = similar.get_words("空調不製冷，無線網路斷線")
    assert traditional == similar.get_words("空调不制冷，无线网络断线")
    assert similar.get_words("冷氣不冷")[0] == "空调"
    assert similar.get_words("Leaks") == similar.get_words("leaking")
    assert similar.get_words("Kühlschrank") == similar.get_words("KUHLSCHRANK")
