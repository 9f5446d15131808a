"""The waiting list as a rule: examples, and properties over whole histories."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from courses.rules.waiting_list import Place, Standing, is_free_for_newcomers, moves, offer_ends

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOOKED, OFFERED, WAITING = Standing.BOOKED, Standing.OFFERED, Standing.WAITING


def test_a_free_seat_is_offered_to_who_waited_longest():
    due = moves([Place(1, BOOKED), Place(9, WAITING), Place(7, WAITING)], seats=2, now=NOW)
    assert (due.lapse, due.offer) == ((), (7,))


def test_an_offer_that_ran_out_goes_to_the_next():
    due = moves([Place(1, BOOKED), Place(2, OFFERED, NOW), Place(7, WAITING), Place(9, WAITING)], seats=2, now=NOW)
    assert (due.lapse, due.offer) == ((2,), (7,))


def test_an_offer_holds_until_its_last_moment():
    due = moves([Place(2, OFFERED, NOW + timedelta(microseconds=1)), Place(7, WAITING)], seats=1, now=NOW)
    assert (due.lapse, due.offer) == ((), ())


def test_two_seats_more_are_offered_to_two():
    assert moves(
        [Place(1, BOOKED), Place(5, WAITING), Place(3, WAITING), Place(4, WAITING)], seats=3, now=NOW
    ).offer == (3, 4)


def test_a_newcomer_does_not_overtake_anybody():
    assert is_free_for_newcomers([Place(1, BOOKED)], seats=2)
    assert not is_free_for_newcomers([Place(1, BOOKED), Place(2, WAITING)], seats=2)
    assert not is_free_for_newcomers([Place(1, BOOKED), Place(2, OFFERED, NOW)], seats=2)


def test_an_offer_never_reaches_beyond_the_beginning():
    assert offer_ends(NOW, 48, NOW + 100 * HOUR) == NOW + 48 * HOUR
    assert offer_ends(NOW, 48, NOW + 5 * HOUR) == NOW + 5 * HOUR


class Book:
    """A list kept by hand from what `moves` says: who is where, and in which order people were offered seats."""

    def __init__(self, seats: int) -> None:
        self.seats, self.now, self.next = seats, NOW, 1
        self.places: dict[int, Place] = {}
        self.served: list[int] = []  # in the order in which they got a seat or an offer
        self.left: set[int] = set()

    def settle(self) -> None:
        # Rows come in any order: the numbers say who was first.
        due = moves(list(reversed(self.places.values())), seats=self.seats, now=self.now)
        for number in due.lapse:
            del self.places[number]
        for number in due.offer:
            self.places[number] = Place(number, OFFERED, self.now + 48 * HOUR)
            self.served.append(number)

    def come(self) -> None:
        self.settle()
        free = is_free_for_newcomers(list(self.places.values()), seats=self.seats)
        self.places[self.next] = Place(self.next, BOOKED if free else WAITING)
        if free:
            self.served.append(self.next)
        self.next += 1

    def leave(self, choice: int) -> None:
        if self.places:
            number = sorted(self.places)[choice % len(self.places)]
            self.left.add(number)
            del self.places[number]
            self.settle()

    def take(self, choice: int) -> None:
        offered = [
            place.number for place in self.places.values() if place.standing is OFFERED and place.offer_until > self.now
        ]
        if offered:
            number = offered[choice % len(offered)]
            self.places[number] = Place(number, BOOKED)


ACTS = st.one_of(
    st.tuples(st.just("come"), st.just(0)),
    st.tuples(st.sampled_from(["leave", "take", "wait", "seats"]), st.integers(0, 30)),
)


@given(st.integers(1, 4), st.lists(ACTS, max_size=60))
def test_whatever_happens_seats_are_never_exceeded_and_the_order_is_kept(seats, acts):
    book = Book(seats)
    for act, choice in acts:
        if act == "come":
            book.come()
        elif act in ("leave", "take"):
            getattr(book, act)(choice)
        elif act == "wait":
            book.now += choice * HOUR
            book.settle()
        else:
            book.seats += choice % 3
            book.settle()
        held = [place for place in book.places.values() if place.holds_a_seat]
        waiting = [place.number for place in book.places.values() if place.standing is WAITING]
        assert len(held) <= book.seats
        # Nobody waits while a seat is free, and whoever was served came before everybody who still waits.
        if waiting and act != "take":
            assert len(held) == book.seats
        assert all(served < min(waiting) for served in book.served if waiting)
    assert book.served == sorted(book.served)
