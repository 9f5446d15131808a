"""The order of options."""

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from exams.rules.option_order import option_order

ids = st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1)
seeds = st.binary(min_size=32, max_size=32).map(bytes.hex)


def test_the_order_is_that_of_the_hmac():
    """Worked by the definition of exams.md 2.3, so that it stays the same in every version."""
    seed = "00" * 32
    ranks = {o: hmac.new(bytes(32), f"7:{o}".encode(), hashlib.sha256).hexdigest() for o in "abcd"}
    assert option_order(list("abcd"), seed=seed, version="7") == sorted("abcd", key=ranks.__getitem__)


@given(ids, seeds, st.sets(st.sampled_from("abcdefgh")))
def test_nothing_is_lost_and_fixed_options_stay(options, seed, fixed):
    ordered = option_order(options, seed=seed, version="1", fixed=fixed)
    assert sorted(ordered) == sorted(options)
    assert all(ordered[place] == option for place, option in enumerate(options) if option in fixed)


@given(ids, seeds)
def test_it_depends_on_nothing_but_seed_version_and_ids(options, seed):
    assert option_order(options, seed=seed, version="1") == option_order(options[::-1], seed=seed, version="1")


def test_other_seeds_give_other_orders():
    orders = {tuple(option_order(list("abcd"), seed=f"{n:064x}", version="1")) for n in range(200)}
    assert len(orders) == 24
