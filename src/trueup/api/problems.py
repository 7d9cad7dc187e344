"""Refusals as problem+json (RFC 9457), the same for every operation."""

from __future__ import annotations

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from trueup.api.lists import json_answer
from trueup.base.problems import FieldError, InvalidValue, NotFound, NotSignedIn, Problem, UnknownField

PROBLEM_JSON = "application/problem+json"


def problem_answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A problem as the API says it: rule, value and way out."""
    body = problem_as_json(problem) | {"instance": request.path}
    answer = json_answer(body, status=problem.status)
    answer["Content-Type"] = PROBLEM_JSON
    if problem.status == NotSignedIn.status:
        answer["WWW-Authenticate"] = 'Bearer realm="Trueup"'
    return answer


def problem_as_json(problem: Problem) -> dict[str, Any]:
    """What is said of a problem, as an answer or as the result of one item."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "name": problem.name,
        **problem.facts,
    }
    if problem.errors:
        body["errors"] = [
            {"pointer": f"/{e.field.replace('.', '/')}", "detail": e.detail} for e in problem.errors
        ]
    return body


def speak_problems(api: NinjaAPI) -> None:
    """Let every refusal of an API speak problem+json."""

    @api.exception_handler(Problem)
    def ours(request: HttpRequest, problem: Problem) -> HttpResponse:
        return problem_answer(request, problem)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
        return problem_answer(request, _of_validation(wrong.errors))

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, _: AuthenticationError) -> HttpResponse:
        return problem_answer(request, NotSignedIn(gettext("Send a token: “Authorization: Bearer tru_…”.")))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, _: Http404) -> HttpResponse:
        return problem_answer(request, NotFound(gettext("There is nothing at this address.")))

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, wrong: HttpError) -> HttpResponse:
        problem = InvalidValue(str(wrong))
        answer = problem_answer(request, problem)
        answer.status_code = wrong.status_code
        return answer

    @api.exception_handler(Exception)
    def crashed(request: HttpRequest, wrong: Exception) -> HttpResponse:
        logging.getLogger("trueup.api").error("unexpected failure at %s", request.path, exc_info=wrong)
        body = {
            "type": "/problems/unexpected",
            "title": gettext("Something broke on our side"),
            "status": 500,
            "detail": gettext("Nothing was stored. The log of the server has the details."),
        }
        return HttpResponse(json_answer(body).content, status=500, content_type=PROBLEM_JSON)


def _of_validation(errors: list[dict[str, Any]]) -> Problem:
    """What the schema refused, in our words and with pointers into the body."""
    found = tuple(
        FieldError(
            ".".join(str(part) for part in error["loc"][2:]) or str(error["loc"][-1]), str(error["msg"])
        )
        for error in errors
    )
    if any(error["type"] == "extra_forbidden" for error in errors):
        names = ", ".join(
            e.field for e, raw in zip(found, errors, strict=True) if raw["type"] == "extra_forbidden"
        )
        return UnknownField(
            gettext("Unknown fields: %(names)s. Nothing was stored.") % {"names": names}, errors=found
        )
    return InvalidValue("; ".join(f"{error.field}: {error.detail}" for error in found), errors=found)
