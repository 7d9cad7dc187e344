"""List pages: filters that open in place, groups, order, columns and exports, all by plain links and forms."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from tests.cast import TODAY, a_device, a_licence, a_person, a_product
from trueup.licences.lines import LineTerms

LISTS = (
    "licences", "purchases", "people", "devices", "products", "titles", "receipts", "positions", "audit_log",
)  # fmt: skip


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: TODAY)


@pytest.fixture
def alice(client, stage):
    client.force_login(stage.users["alice"])
    return client


@pytest.fixture
def shelf(stage):
    """Four licences of two publishers, two metrics and two currencies."""
    rows = (
        ("Draw", "Initech", "per_device", 100, "EUR"),
        ("Store", "Initech", "per_device", 50, "USD"),
        ("Write", "Hooli", "per_named_user", 20, "EUR"),
        ("Plan", "Hooli", "per_named_user", 30, "EUR"),
    )
    for name, publisher, metric, price, currency in rows:
        line = LineTerms(
            units=10,
            valid_from=date(2026, 1, 1),
            valid_until=date(2027, 1, 1),
            price=Decimal(price),
            currency=currency,
        )
        a_licence(
            stage.acme, metric=metric, product=a_product(stage.acme, name, publisher=publisher), line=line
        )
    return stage


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.content.decode())).split())


def order_of(answer, *names):
    page = text_of(answer).split("Licence", 1)[1]
    return sorted((n for n in names if f" {n} " in page), key=lambda n: page.rindex(f" {n} "))


def test_groups_have_heads_with_counts_and_sums_that_never_mix(alice, shelf):
    """R-015: SCREENS 2, Group; DESIGN 3."""
    answer = alice.get(reverse("licences"), {"group": "publisher"})
    words = text_of(answer)

    assert answer.content.decode().count('class="grp"') == 2
    assert "Hooli 2 " in words
    assert "Annual cost €50" in words
    assert "Annual cost €100 + US$50" in words
    assert "Total of 4 rows Annual cost €150 · US$50" in words


def test_a_group_folds_and_opens_by_its_link(alice, shelf):
    page = alice.get(reverse("licences"), {"group": "publisher"}).content.decode()
    fold = unescape(re.search(r'class="fold" href="([^"]+)" aria-expanded="true"', page)[1])
    folded = alice.get(fold)

    assert "Hooli 2" in text_of(folded)
    assert "Write" not in text_of(folded)
    assert "Draw" in text_of(folded)
    again = unescape(
        re.search(r'class="fold" href="([^"]+)" aria-expanded="false"', folded.content.decode())[1]
    )
    assert "Write" in text_of(alice.get(again))
    heads = text_of(alice.get(reverse("licences"), {"group": "publisher", "folded": "*"}))
    assert "Draw" not in heads
    assert "Initech 2" in heads


@pytest.mark.parametrize("name", LISTS)
def test_every_list_groups_by_every_column_that_says_so(alice, stage, name):
    a_licence(stage.acme)
    a_person(stage.acme)
    a_device(stage.acme)
    path = reverse(name)
    page = alice.get(path).content.decode()
    groups = (
        re.findall(r'<option value="(\w+)"', page.split('id="arrange-group"')[1].split("</select>")[0])
        if "arrange-group" in page
        else []
    )
    for group in groups:
        assert alice.get(path, {"group": group, "sort": "-id"}).status_code == 200


def test_two_keys_sort_and_the_head_offers_the_second(alice, shelf):
    page = alice.get(reverse("licences"), {"sort": "-metric,product", "columns": "product,metric"})

    assert order_of(page, "Draw", "Plan", "Store", "Write") == ["Plan", "Write", "Draw", "Store"]
    both = alice.get(reverse("licences"), {"sort": ["-metric", "-product"]})
    assert order_of(both, "Draw", "Plan", "Store", "Write") == ["Write", "Plan", "Store", "Draw"]
    assert 'data-then="/licences/?sort=product%2C' in alice.get(reverse("licences")).content.decode()


def test_a_filter_opens_in_place_and_is_applied_without_script(alice, shelf):
    editor = alice.get(reverse("licences"), {"edit": "purchased__"}).content.decode()
    assert 'name="filter_on" value="purchased"' in editor
    assert "is between" in editor

    sent = {
        "filter_on": "purchased",
        "filter_by": "between",
        "filter_value": "5",
        "filter_until": "20",
        "sort": "-product",
    }
    answer = alice.get(reverse("licences"), sent)
    assert answer.status_code == 302
    assert answer["Location"] == "/licences/?sort=-product&purchased__gte=5&purchased__lte=20"
    words = text_of(alice.get(answer["Location"]))
    assert "Purchased is at least 5" in words
    assert "Purchased is at most 20" in words


def test_choices_are_ticked_and_a_chip_is_changed(alice, shelf):
    sent = {"filter_on": "state", "filter_by": "", "filter_value": ["free", "near"]}
    where = alice.get(reverse("licences"), sent)["Location"]
    assert where == "/licences/?state=free%7Cnear"
    page = alice.get(where).content.decode()
    assert "Units free or Near the limit" in page
    editor = alice.get(f"{where}&edit=state").content.decode()
    assert len(re.findall(r'name="filter_value" value="\w+" checked', editor)) == 2
    assert 'name="state"' not in editor.split("filter-editor")[1].split("</form>")[0]


def test_a_wrong_value_is_named_and_the_list_still_stands(alice, shelf):
    """K-025."""
    answer = alice.get(reverse("licences"), {"purchased__gte": "many", "nonsense": "1", "q": "Draw"})
    words = text_of(answer)

    assert answer.status_code == 422
    assert "“many” is not a number to filter purchased by" in words
    assert "“nonsense” is no filter of licences" in words
    assert "Draw" in words
    assert alice.get(reverse("licences"), {"purchased__gte": "many", "format": "csv"}).status_code == 422


def test_no_match_says_which_filter_to_drop(alice, shelf):
    words = text_of(alice.get(reverse("licences"), {"purchased__gte": "500", "q": "Draw"}))

    assert "Without Purchased is at least 500 : 1" in words.replace("500:", "500 :")
    assert "Without “Draw”: 0" in words


def test_columns_move_and_reset_without_script(alice, shelf):
    answer = alice.get(reverse("licences"), {"columns": ["product", "owner", "state"], "move": "state:up"})
    page = answer.content.decode()

    heads = re.findall(r'<th scope="col"[^>]*><a[^>]*>([^<]+)', page)
    assert heads == ["Licence", "State", "Owner"]
    assert "Reset to default" in page


def test_the_row_height_is_part_of_the_address(alice, shelf):
    assert (
        'data-theme="auto" data-density="compact"'
        in alice.get(reverse("licences"), {"rows": "compact"}).content.decode()
    )


def test_an_export_is_what_is_on_screen(alice, shelf):
    asked = {"columns": "state,product", "sort": "-product", "metric": "per_device"}
    table = b"".join(alice.get(reverse("licences"), {**asked, "format": "csv"})).decode().splitlines()
    found = json.loads(b"".join(alice.get(reverse("licences"), {**asked, "format": "json"})))

    assert table[0] == "id,state,product"
    assert [row.split(",")[2] for row in table[1:]] == ["Store", "Draw"]
    assert found["title"] == "Licences"
    assert found["filters"] == [{"field": "Metric", "value": "per_device"}]
    assert [row["product"] for row in found["rows"]] == ["Store", "Draw"]


def test_the_same_rows_are_offered_as_an_api_call(alice, shelf):
    page = unescape(
        alice.get(reverse("licences"), {"metric": "per_device", "columns": "product,owner"}).content.decode()
    )

    assert "GET /api/licences/?metric=per_device&fields=product,owner" in page


def test_tabs_count_where_the_list_is_short(alice, shelf):
    page = alice.get(reverse("licences")).content.decode()

    assert re.search(r'<a href="/licences/" aria-current="page">All<span class="n">4</span>', page)
    assert re.search(r'<a href="/licences/\?owner__isnull=true">No owner<span class="n">4</span>', page)


def test_a_second_page_keeps_filter_group_and_order(alice, stage):
    for number in range(60):
        a_device(stage.acme, f"d{number:02}")
    first = alice.get(reverse("devices"), {"group": "kind", "sort": "-hostname"})
    following = unescape(re.search(r'href="([^"]+)" rel="next"', first.content.decode())[1])
    second = alice.get(following)

    assert "d09" in text_of(second)
    assert "d10" not in text_of(second)
    assert 'rel="prev"' in second.content.decode()
