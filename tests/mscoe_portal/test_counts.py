"""The numbers of all processes of a host, which a file of each keeps."""

import threading

import pytest

from mscoe_portal.counts import BOUNDS, Counts


@pytest.fixture
def shared(tmp_path, monkeypatch):
    """Makes the counts of one more process, which writes them when the test wants it to."""
    monkeypatch.setattr(Counts, "_go_on_writing", lambda counts: None)
    made = []

    def shared(folder=tmp_path, **numbers):
        made.append(counts := Counts(folder))
        counts.share()
        counts.update(numbers)
        return counts

    yield shared
    for counts in made:
        end(counts)


def end(counts):
    """What the end of its process does."""
    counts.write()
    if counts._lock:
        counts._lock.close()


def total(counts):
    return sum(numbers["finished"] for numbers in counts.of_all())


def test_each_process_tells_the_numbers_of_all(shared):
    one, other = shared(finished=2), shared(finished=3)
    other.write()
    assert total(one) == 5
    one["finished"] += 1
    assert total(one) == 6


def test_a_new_process_goes_on_from_one_that_has_ended_so_that_no_number_falls(shared, tmp_path):
    one, other = shared(finished=2), shared(finished=3)
    end(other)
    assert total(one) == 5
    successor = shared(finished=1)
    assert successor["finished"] == 4
    assert total(successor) == 6
    assert len(list(tmp_path.glob("*.json"))) == 2


def test_without_a_disk_a_process_counts_for_itself(shared, tmp_path):
    (tmp_path / "file").touch()
    assert shared(tmp_path / "file" / "none", finished=2).of_all() == [{"finished": 2}]


def test_a_damaged_file_is_begun_anew(shared, tmp_path):
    (tmp_path / "0.json").write_text("{")
    assert shared(finished=1).of_all() == [{"finished": 1}]


@pytest.mark.parametrize(("seconds", "place"), [(0.001, 0), (BOUNDS[0], 0), (0.3, 5), (1000, len(BOUNDS))])
def test_a_duration_is_counted_in_its_class_and_in_the_sum(tmp_path, seconds, place):
    counts = Counts(tmp_path)
    counts.observe("render", seconds)
    assert counts == {f"render {place}": 1, "render sum": seconds}


def test_only_who_has_to_wait_is_counted(tmp_path):
    counts, lock = Counts(tmp_path), threading.Lock()

    def wait():
        with counts.waiting(lock, "readers"):
            pass

    with counts.waiting(lock, "readers"):
        waiter = threading.Thread(target=wait)
        waiter.start()
        waiter.join(0.05)
    waiter.join()
    assert counts["readers waited"] == 1
    assert counts["readers waited seconds"] > 0
