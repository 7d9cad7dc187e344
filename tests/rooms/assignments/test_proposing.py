"""How many units are proposed for a server: what it has, or the metric's minimum with its reason."""

from __future__ import annotations

import pytest

from tests.cast import TODAY, a_device, a_licence, a_product
from trueup.assignments.proposing import proposed_units
from trueup.base.problems import NotFound

pytestmark = pytest.mark.django_db


def asked(stage, metric, **facts):
    licence = a_licence(
        stage.acme, 100, metric=metric, product=a_product(stage.acme, f"{metric} {len(facts)}")
    )
    device = a_device(stage.acme, f"db-{metric}", kind="server", **facts)
    return proposed_units(actor=stage.alice, licence_id=licence.pk, device_id=device.pk, on=TODAY)


@pytest.mark.parametrize(
    ("metric", "facts", "units", "reason"),
    [
        ("mssql_per_core", {"processors": 1, "cores_per_processor": 10}, 10, "The device has 10 cores."),
        ("redhat_per_core", {"cores": 10}, 10, "The device has 10 cores."),
        ("mssql_per_core", {"processors": 2, "cores_per_processor": 2}, 8, "minimum is 4"),
        ("windows_server_core", {"cores": 10}, 16, "minimum is 16"),
        ("mssql_per_core", {"cores": 2, "is_virtual": True}, 4, "minimum is 4"),
        ("per_processor", {"processors": 2}, 2, "The device has 2 processors."),
        ("per_device", {"cores": 10}, 1, "One for each holder."),
    ],
)
def test_a_server_is_proposed_what_its_metric_asks(stage, metric, facts, units, reason):
    """R-019: ten cores are ten units; fewer than the metric's minimum are the minimum, and it says so."""
    found = asked(stage, metric, **facts)

    assert found.units == units
    assert reason in found.reason


def test_nothing_is_made_up_where_the_cores_are_not_known(stage):
    found = asked(stage, "mssql_per_core")

    assert (found.units, "not known" in found.reason) == (None, True)


def test_a_stranger_is_proposed_nothing(stage):
    licence, device = a_licence(stage.acme, 5, metric="redhat_per_core"), a_device(stage.acme, "db1", cores=4)

    with pytest.raises(NotFound):
        proposed_units(actor=stage.mallory, licence_id=licence.pk, device_id=device.pk, on=TODAY)
