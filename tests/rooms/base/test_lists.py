"""Reading lists: every row once on every walk, filters that never vanish, and sums that never mix."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import assign_units
from trueup.assignments.columns import ASSIGNMENTS
from trueup.base.listing import matching, parse_kindly, parse_listing, read_page
from trueup.base.lists.grouping import heads_of, name_of, summed, sums_of
from trueup.base.lists.nearby import counts_of, without_each
from trueup.base.problems import Invalid, InvalidValue, UnknownParameter
from trueup.devices.columns import DEVICES
from trueup.devices.models import Device
from trueup.licences.columns import LICENCES
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence
from trueup.people.columns import PEOPLE
from trueup.people.models import Person
from trueup.tenancy.models import Department, Region


@pytest.fixture
def crowd(stage):
    """Thirty people: five departments and none, some gone, names that repeat."""
    departments = [Department.objects.create(company=stage.acme, name=f"D{n}") for n in range(3)]
    region, people = Region.objects.get(company=stage.acme, is_default=True), []
    for number in range(30):
        person = Person(company=stage.acme, username=f"u{number:02}", name=f"Name {number % 7}")
        person.region = region
        person.department = None if number % 4 == 0 else departments[number % 3]
        person.left_on = None if number % 3 else TODAY.replace(day=1 + number % 5)
        people.append(person)
    Person.objects.bulk_create(people)
    return stage


def walked(register, stage, *, limit=7, **query):
    """All ids forwards, then all ids backwards from the end."""
    listing = parse_listing(register, query, limit=limit)
    pages = []
    page = read_page(register, actor=stage.alice, listing=listing)
    pages.append(page)
    while page.next:
        page = read_page(register, actor=stage.alice, listing=replace(listing, after=page.next))
        pages.append(page)
        assert len(pages) < 50
    forwards = [[row["id"] for row in one.rows] for one in pages]
    backwards = [forwards[-1]]
    while page.previous:
        page = read_page(register, actor=stage.alice, listing=replace(listing, before=page.previous))
        backwards.insert(0, [row["id"] for row in page.rows])
        assert len(backwards) < 50
    return [i for part in forwards for i in part], [i for part in backwards for i in part]


SORTS = [
    "id", "-id", "name", "-name", "left_on", "-left_on", "department,-name", "-department,left_on", "left_on,department",
    "-left_on,-department,name", "is_active,-left_on", "left_on,id", "-left_on,-id",
]  # fmt: skip


@pytest.mark.parametrize("group", ["", "department", "is_active"])
@pytest.mark.parametrize("sort", SORTS)
def test_a_walk_meets_every_row_once_in_both_directions(crowd, sort, group):
    """K-026: keyset paging with two keys, empty values and ties."""
    everybody = set(Person.objects.filter(company=crowd.acme).values_list("id", flat=True))
    forwards, backwards = walked(PEOPLE, crowd, sort=sort, group=group)

    assert len(forwards) == len(everybody)
    assert set(forwards) == everybody
    assert backwards == forwards


def test_the_second_key_orders_what_the_first_leaves_equal(crowd):
    page = read_page(PEOPLE, actor=crowd.alice, listing=parse_listing(PEOPLE, {"sort": "-name,username"}))
    pairs = [(row["name"], row["username"]) for row in page.rows]

    assert pairs == sorted(sorted(pairs, key=lambda p: p[1]), key=lambda p: p[0], reverse=True)


@pytest.mark.parametrize(
    "sort", ["name,name", "name,-name", "name,username,email,id", "nonsense", "name,nonsense", ","]
)
def test_an_order_that_is_none_is_refused(sort):
    with pytest.raises(Invalid):
        parse_listing(PEOPLE, {"sort": sort})


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzFd", "W1sxXSwxXQ", "WyJcdTAwMDAiLDFd"])
def test_a_cursor_of_another_order_is_refused(crowd, cursor):
    with pytest.raises(InvalidValue):
        read_page(
            PEOPLE, actor=crowd.alice, listing=parse_listing(PEOPLE, {"after": cursor, "sort": "left_on"})
        )


def names(register, stage, **query):
    listing = parse_listing(register, query)
    rows = matching(register, actor=stage.alice, listing=listing)
    return sorted(rows.values_list("hostname", flat=True))


@pytest.fixture
def rack(stage):
    for name, model, cores in (("db1", "R740", 16), ("db2", "", 8), ("web1", "R640", None), ("mail", "X", 4)):
        Device.objects.filter(pk=a_device(stage.acme, name).pk).update(model=model, cores=cores)
    a_device(stage.globex, "foreign")
    return stage


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"hostname__contains": "db|web"}, ["db1", "db2", "web1"]),
        ({"hostname__contains": "db1;mail"}, ["db1", "mail"]),
        ({"hostname": "db1; mail"}, ["db1", "mail"]),
        ({"hostname__in": "db1,web1"}, ["db1", "web1"]),
        ({"model__isnull": "true"}, ["db2"]),
        ({"model__isnull": "false"}, ["db1", "mail", "web1"]),
        ({"cores__gte": "8"}, ["db1", "db2"]),
        ({"cores__gt": "4", "cores__lt": "16"}, ["db2"]),
        ({"cores__isnull": "yes"}, ["web1"]),
        ({"company": "Acme"}, ["db1", "db2", "mail", "web1"]),
        ({"company": "Globex"}, []),
        ({"last_seen_at__gte": "2020-01-01"}, []),
        ({"q": "db 1"}, ["db1"]),
    ],
)
def test_filters_mean_what_they_say(rack, query, expected):
    """K-025."""
    assert names(DEVICES, rack, **query) == expected


def test_two_tags_mean_both_and_a_bar_means_either(stage):
    """K-025."""
    made = {
        tags: a_licence(stage.acme, product=a_product(stage.acme, tags)) for tags in ("a,b", "a", "b,c", "c")
    }
    for tags, licence in made.items():
        Licence.objects.filter(pk=licence.pk).update(tags=tags.split(","))
    untagged = a_licence(stage.acme, product=a_product(stage.acme, "untagged"))

    def found(**query):
        rows = matching(LICENCES, actor=stage.alice, listing=parse_listing(LICENCES, query), on=TODAY)
        return set(rows.values_list("product__name", flat=True))

    assert found(tags="a,b") == {"a,b"}
    assert found(tags="a|c") == {"a,b", "a", "b,c", "c"}
    assert found(tags="a,b;c") == {"a,b", "b,c", "c"}
    assert found(tags__isnull="true") == {untagged.product.name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cores", "many"), ("cores__lt", "1e400"), ("last_seen_at__lt", "yesterday"), ("is_virtual", "perhaps"),
        ("status", "gone fishing"), ("serial", "a\0b"), ("cores__isnull", "maybe"), ("nonsense", "1"),
        ("hostname__lt", "x"), ("view", "3"), ("group", "hostname"), ("limit", "0"), ("q", "\0"),
    ],
)  # fmt: skip
def test_a_wrong_filter_is_refused_or_named_and_never_ignored(rack, name, value):
    """K-025: the API refuses, the page names it and shows the list all the same."""
    with pytest.raises(Invalid):
        parse_listing(DEVICES, {name: value})
    listing, faults = parse_kindly(DEVICES, {name: value, "hostname": "db1"})

    assert [(fault.name, fault.value) for fault in faults] == [(name, value)]
    assert faults[0].detail
    assert [condition.key for condition in listing.conditions] == ["hostname"]


def test_heads_count_and_sum_without_mixing(stage):
    """DESIGN 3: never a total across metrics or currencies."""
    for number, (metric, currency) in enumerate(
        [("per_device", "EUR"), ("per_device", "USD"), ("per_named_user", "EUR")]
    ):
        line = LineTerms(
            units=10 + number, valid_from=TODAY.replace(month=1), valid_until=TODAY.replace(year=TODAY.year + 1, month=1),
            price=Decimal(100 + number), currency=currency,
        )  # fmt: skip
        product = a_product(stage.acme, f"P{number}", publisher="One" if number else "Two")
        a_licence(stage.acme, metric=metric, product=product, line=line)
    rows = matching(LICENCES, actor=stage.alice, listing=parse_listing(LICENCES, {}), on=TODAY)
    publisher = LICENCES.column("publisher")
    columns = summed(LICENCES.columns)
    heads = heads_of(rows, publisher, of=None, columns=columns)

    assert [(head.label, head.count) for head in heads] == [("One", 2), ("Two", 1)]
    assert heads[0].amounts["purchased"] == {"per_device": 11, "per_named_user": 12}
    assert set(heads[0].amounts["annual_cost"]) == {"EUR", "USD"}
    assert set(sums_of(rows, columns)["annual_cost"]) == {"EUR", "USD"}
    one = heads_of(rows, publisher, of=[heads[1].identity], columns=())
    assert [(head.label, head.count, head.amounts) for head in one] == [("Two", 1, {})]


def test_folded_groups_keep_their_rows_back_and_the_count_stays(crowd):
    department = Department.objects.get(company=crowd.acme, name="D1")
    listing = parse_listing(
        PEOPLE, {"group": "department", "folded": f"{name_of(department.pk)},~"}, limit=100
    )
    page = read_page(PEOPLE, actor=crowd.alice, listing=listing)

    assert page.count == 30
    assert {row["department__name"] for row in page.rows} == {"D0", "D2"}


@pytest.mark.parametrize("register", [PEOPLE, DEVICES])
def test_every_column_that_groups_can_be_grouped_by(crowd, register):
    a_device(crowd.acme, "db1")
    for column in register.columns:
        if column.groups:
            rows = matching(
                register, actor=crowd.alice, listing=parse_listing(register, {"group": column.key})
            )
            heads = heads_of(rows, column, of=None, columns=summed(register.columns))
            assert sum(head.count for head in heads) == rows.count()


def test_no_match_says_what_dropping_a_filter_brings_back(rack):
    listing = parse_listing(DEVICES, {"hostname__contains": "db", "cores__gte": "100", "q": "db"})

    assert without_each(DEVICES, actor=rack.alice, listing=listing) == [(0, 0), (1, 2), (None, 0)]
    assert counts_of(DEVICES, actor=rack.mallory, listings={"all": parse_listing(DEVICES, {})})["all"] == 1


def test_a_hidden_column_can_be_neither_grouped_nor_summed_nor_filtered(stage):
    seen = LICENCES.seen_by(stage.bob)

    assert "annual_cost" not in [column.key for column in summed(seen.columns)]
    with pytest.raises(UnknownParameter):
        parse_listing(seen, {"annual_cost__gt": "1"})
    with pytest.raises(UnknownParameter):
        parse_listing(seen, {"sort": "product,annual_cost"})


# --- long lists -----------------------------------------------------------------------------------------


def test_a_list_without_end_is_counted_to_its_limit(stage: Stage):
    """Two of three rows: the page says that there are at least so many, and goes on all the same."""
    short = replace(PEOPLE, most_counted=2)
    for name in ("ann", "ben", "cid"):
        a_person(stage.acme, name)

    page = read_page(short, actor=stage.alice, listing=parse_listing(short, {"limit": "1"}))
    whole = read_page(PEOPLE, actor=stage.alice, listing=parse_listing(PEOPLE, {"limit": "1"}))

    assert (page.count, page.is_counted, bool(page.next)) == (2, False, True)
    assert (whole.count, whole.is_counted) == (3, True)


def test_a_filter_by_a_figure_counts_while_it_finds(stage: Stage):
    """K-001: as many as without paging, on the first page, on the next one, and where nothing matches."""
    for number in range(3):
        a_licence(stage.acme, number + 1, product=a_product(stage.acme, f"Product {number}"))

    def counted(**query: str) -> list[int]:
        found = []
        while True:
            listing = parse_listing(LICENCES, {"limit": "2", **query})
            page = read_page(LICENCES, actor=stage.alice, listing=listing, on=TODAY)
            found.append(page.count)
            if not page.next:
                return found
            query["after"] = page.next

    assert counted(purchased__gte="1") == [3, 3]
    assert counted(purchased__gte="2") == [2]
    assert counted(purchased__gte="9") == [0]


def test_holders_are_found_by_words_of_theirs(stage: Stage):
    """The name half typed, the login, the host name; and a licence's own name finds all who hold it."""
    licence = a_licence(stage.acme, 9, product=a_product(stage.acme, "Sketch"), metric="per_named_user")
    other = a_licence(stage.acme, 9, product=a_product(stage.acme, "Draw"), metric="per_device")
    for one, thing in ((licence, a_person(stage.acme, "wilma")), (other, a_device(stage.acme, "pc-77"))):
        assign_units(actor=ROOT, licence_id=one.pk, holder=holder(thing), units=1, at=NOW, on=TODAY)

    def found(words: str) -> list[str]:
        listing = parse_listing(ASSIGNMENTS, {"q": words})
        return [
            row["licence__product__name"]
            for row in read_page(ASSIGNMENTS, actor=stage.alice, listing=listing).rows
        ]

    assert (found("wil"), found("pc77"), found("sket"), found("nobody")) == (
        ["Sketch"],
        ["Draw"],
        ["Sketch"],
        [],
    )
