"""How sockets and cores are counted, whichever agent wrote them down."""

import pytest

from trueup.inventory.processors import ProcessorEntry, count_processors


def entries(*pairs, total=True):
    return [ProcessorEntry(cores=cores, threads=threads, threads_are_total=total) for cores, threads in pairs]


@pytest.mark.parametrize(
    ("written", "processors", "cores", "threads"),
    [
        (entries((2, 1), total=False), 1, 2, 1),
        (entries((2, 2)), 1, 2, 1),
        (entries((4, 8), (4, 8)), 2, 8, 2),
        (entries((8, 2), (8, 2), total=False), 2, 16, 2),
        (entries(*[(1, 1)] * 6), 6, 6, 1),
    ],
)
def test_one_entry_is_one_socket_and_threads_multiply_nothing(written, processors, cores, threads):
    facts = count_processors(written)
    assert (facts.processors, facts.cores, facts.threads_per_core) == (processors, cores, threads)
    assert not facts.core_count_uncertain


def test_entries_without_core_counts_are_the_cores_and_the_sockets_are_unknown():
    facts = count_processors(entries(*[(None, None)] * 4))
    assert (facts.processors, facts.cores, facts.core_count_uncertain) == (None, 4, True)


def test_nothing_reported_is_unknown_and_not_zero():
    facts = count_processors([])
    assert (facts.processors, facts.cores, facts.core_count_uncertain) == (None, None, False)


def test_a_thread_count_that_contradicts_the_cores_is_unknown():
    assert count_processors(entries((2, 1))).threads_per_core is None


def test_sockets_of_different_sizes_have_no_common_size():
    facts = count_processors(entries((8, 8), (4, 4)))
    assert (facts.cores, facts.cores_per_processor) == (12, None)


def test_a_socket_without_a_core_count_beside_counted_ones_makes_the_count_uncertain():
    facts = count_processors(entries((8, 8), (None, None)))
    assert (facts.processors, facts.cores, facts.core_count_uncertain) == (1, 8, True)
