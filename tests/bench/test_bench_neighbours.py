from bench.neighbours import Neighbours, compete, parse_busy

_STAT = "cpu  100 20 30 4000 500 6 7 8 90 10\ncpu0 1 1 1 1 1 1 1 1 1 1\n"


def test_busy_is_neither_idle_nor_waiting_and_counts_guests_once() -> None:
    assert parse_busy(_STAT) == 100 + 20 + 30 + 6 + 7 + 8


def test_others_compete_when_too_few_cores_are_left() -> None:
    assert compete(0.9, threads=2, cores=2)
    assert not compete(0.2, threads=2, cores=2)
    assert not compete(3.0, threads=2, cores=16)
    assert compete(14.5, threads=2, cores=16)
    assert compete(0.9, threads=8, cores=2)


def test_where_the_system_does_not_say_nothing_is_claimed() -> None:
    assert not compete(None, threads=2, cores=2)


def test_own_work_is_not_taken_for_that_of_others() -> None:
    neighbours = Neighbours()
    neighbours._own -= 1000.0
    assert neighbours.cores() in (0.0, None)
