"""From a position to how its metric counts."""

from django.conf import settings

from tests.cast import a_device, a_licence, a_product
from tests.rooms.compliance.estates import install, position_of, run_over


def test_a_position_leads_to_the_page_of_its_metric(client, stage):
    product = a_product(stage.acme, metric="per_device")
    a_licence(stage.acme, 2, product=product)
    install(stage.acme, product, a_device(stage.acme, "pc0"))
    position = position_of(run_over(settings.HOME, stage.acme), product)
    client.force_login(stage.users["bob"])

    page = client.get(f"/position/{position.pk}/").content.decode()

    assert 'href="/help/counting/metrics/per_device/"' in page
    assert "DEVICE-01" in client.get("/help/counting/metrics/per_device/").content.decode()


def test_without_a_metric_there_is_no_page_to_lead_to(client, stage):
    product = a_product(stage.acme, metric="")
    install(stage.acme, product, a_device(stage.acme, "pc0"))
    position = position_of(run_over(settings.HOME, stage.acme), product)
    client.force_login(stage.users["bob"])

    page = client.get(f"/position/{position.pk}/").content.decode()

    assert "rules-card" in page
    assert "/help/counting/metrics/" not in page
