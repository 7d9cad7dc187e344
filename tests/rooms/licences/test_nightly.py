"""The nightly roll as the worker runs it: outside any transaction of its own caller."""

from datetime import timedelta

import pytest

from tests.cast import NOW, ROOT, TODAY, a_licence, a_product, set_stage
from trueup.licences.balances import roll_balances
from trueup.licences.models import Licence, Movement

TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_the_roll_opens_its_own_transactions_and_brings_every_licence_to_the_day():
    acme = set_stage().acme
    ending = a_licence(acme, 5, valid_until=TOMORROW)
    lasting = a_licence(acme, 7, product=a_product(acme, "Paint"))

    assert roll_balances(actor=ROOT, on=TOMORROW, at=NOW) == 1

    days = dict(Licence.objects.values_list("pk", "balanced_on"))
    assert days == {ending.pk: TOMORROW, lasting.pk: TOMORROW}
    assert Movement.objects.filter(cause="expired").count() == 1
