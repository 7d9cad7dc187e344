"""Every operation of the API as a stranger: nothing of Acme can be learned from Globex."""

import json
import re

import pytest
from django.test import Client

from tests.doors.api.conftest import SECRET
from trueup.api.urls import api
from trueup.licences.models import Licence


def operations():
    schema = api.get_openapi_schema()
    for path, verbs in schema["paths"].items():
        for verb in verbs:
            yield verb.upper(), path


@pytest.mark.parametrize(("verb", "path"), list(operations()))
def test_a_stranger_learns_nothing(scene, mallory, verb, path):
    """K-021, D-025: reads are empty or not found; writes are not found, and change nothing."""
    before = Licence.objects.values().get()
    address = re.sub(r"{(\w+)}", lambda found: str(scene.get(found[1], 1)), path)
    answer = mallory.ask(verb, address, {} if verb != "GET" else None)

    assert SECRET.lower() not in b"".join(answer).decode(errors="replace").lower()
    if "{" in path:
        assert answer.status_code in {404, 422}, (answer.status_code, answer.content)
    elif verb == "GET":
        assert answer.status_code == 200
    assert Licence.objects.values().get() == before


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/licences/", "q={secret}"),
        ("/api/licences/", "product={product_id}"),
        ("/api/people/", "name__contains={secret}"),
        ("/api/devices/", "serial={secret}"),
        ("/api/products/", "name={secret}"),
        ("/api/assignments/", "device={device_id}"),
    ],
)
def test_searching_finds_nothing_of_others(scene, mallory, path, query):
    answer = mallory.get(f"{path}?{query.format(secret=SECRET, **scene)}")

    assert answer.status_code == 200
    assert answer.json() == {"results": [], "next": None, "count": 0}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/licences/", {"product": "product_id", "metric": "per_device"}),
        ("/api/people/", {"username": "x", "name": "X"}),
        ("/api/devices/", {"hostname": "x"}),
        ("/api/products/", {"publisher": "x", "name": "X"}),
        ("/api/runs/", {}),
    ],
)
def test_nothing_can_be_put_into_a_foreign_company(scene, mallory, path, body):
    """D-025: the company is not found, as if it were not there."""
    values = {
        name: scene.get(value, value) if isinstance(value, str) else value for name, value in body.items()
    }
    answer = mallory.post(path, {"company": scene["company_id"], **values})

    assert answer.status_code in {403, 404}, answer.content
    nowhere = mallory.post(path, {"company": 999_999, **values})
    assert (nowhere.status_code, nowhere.json()["name"]) == (answer.status_code, answer.json()["name"])


@pytest.mark.parametrize(("verb", "path"), list(operations()))
def test_nobody_without_a_token_gets_past_the_door(db, verb, path):
    address = re.sub(r"{\w+}", "1", path)
    answer = Client().generic(verb, address, json.dumps({}), content_type="application/json")

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
