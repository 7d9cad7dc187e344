"""Measures assignments a second: through the API and by the action, beside the bare SQL that does the same, in one run.

Usage: PYTHONPATH=src python -m bench.assigning [seconds for each, default 4]

Everybody assigns one unit to somebody else, on one hot licence and on 1,000 licences, with 1, 4 and 16 clients. The bare
transaction writes what the product writes: the licence's balance, the assignment, the movement, and the entry of the audit
log with its hash under the lock of the company's chain. All three share one server, in turns, so that what else the
machine does is shared too; what counts is the ratio. The API is one worker process, asked by processes of their own.
Then 10,000 people are assigned in one call. Exit code 1 says that a goal was missed.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import logging
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg

from bench.small.home import LICENCES, PEOPLE, Place, small_company

CLIENTS = (1, 4, 16)
OF_THE_ACTION, OF_THE_API = 0.40, 0.20
MOST_SECONDS_OF_A_LIST = 3.0
LIST = 10_000
ROUNDS = 3

TAKE = "UPDATE licences_licence SET held = held + 1 WHERE id = %s AND held + 1 <= granted RETURNING held"
ASSIGN = """INSERT INTO assignments_assignment (company_id, licence_id, person_id, units, assigned_at, assigned_by, reason,
    released_by, release_reason, exemption, cooling, burnt)
    VALUES (%s, %s, %s, 1, %s, 'bare', '', '', '', '', 0, 0) RETURNING id"""
MOVE = """INSERT INTO licences_movement (company_id, licence_id, account, units, balance, effective_on, moved_at, cause,
    assignment_id, actor) VALUES (%s, %s, 'held', 1, %s, %s, %s, 'assigned', %s, 'bare')"""
CHAIN = "SELECT length, last_hash FROM audit_chain WHERE company_id = %s FOR UPDATE"
ENTRY = """INSERT INTO audit_entry (company_id, position, happened_at, event, actor, via, subject_kind, subject_id, subject,
    details, hash) VALUES (%s, %s, %s, 'assignments.assigned', 'bare', 'bench', 'licence', %s, 'Draw', %s, %s)"""
LINK = "UPDATE audit_chain SET length = %s, last_hash = %s WHERE company_id = %s"


def bare(place: Place) -> Callable[[int, int], None]:
    """One transaction as somebody would write it by hand, on a connection of its own."""
    database = psycopg.connect(place.address, prepare_threshold=1)

    def assign(licence: int, person: int) -> None:
        now = datetime.now(UTC)
        with database.transaction():
            taken = database.execute(TAKE, [licence]).fetchone()
            assert taken is not None
            made = database.execute(ASSIGN, [place.company, licence, person, now]).fetchone()
            assert made is not None
            database.execute(MOVE, [place.company, licence, taken[0], now.date(), now, made[0]])
            chain = database.execute(CHAIN, [place.company]).fetchone()
            assert chain is not None
            details = json.dumps({"assignment": made[0], "units": 1, "person": person})
            position = chain[0] + 1
            link = hashlib.sha256(
                json.dumps([chain[1], position, now.isoformat(), details]).encode()
            ).hexdigest()
            database.execute(ENTRY, [place.company, position, now, licence, details, link])
            database.execute(LINK, [position, link, place.company])

    return assign


def action(place: Place) -> Callable[[int, int], None]:
    """The product's own action, on Django's connection of this thread."""
    from django.utils import timezone

    from trueup.assignments.actions import Holder, assign_units

    def assign(licence: int, person: int) -> None:
        assign_units(
            actor=place.actor, licence_id=licence, holder=Holder("person", person), units=1, at=timezone.now(),
            on=timezone.localdate(),
        )  # fmt: skip

    return assign


def api(place: Place) -> Callable[[int, int], None]:
    """A request on a connection that is kept open."""
    line = http.client.HTTPConnection("127.0.0.1", place.port)
    headers = {"Authorization": f"Bearer {place.token}", "Content-Type": "application/json"}

    def assign(licence: int, person: int) -> None:
        body = json.dumps({"holder": {"kind": "person", "id": person}})
        line.request("POST", f"/api/licences/{licence}/assignments/", body, headers)
        answer = line.getresponse()
        said = answer.read()
        if answer.status != http.HTTPStatus.CREATED:
            raise RuntimeError(said.decode())

    return assign


def rate(
    way: Callable[[Place], Callable[[int, int], None]],
    place: Place,
    clients: int,
    *,
    hot: bool,
    seconds: float,
) -> float:
    """Assignments a second of so many clients together."""
    done = [0] * clients
    turns = place.people
    end = time.perf_counter() + seconds

    def work(client: int) -> None:
        assign = way(place)
        while time.perf_counter() < end:
            turn = next(turns)
            licence = place.licences[0] if hot else place.licences[1 + turn % (LICENCES - 1)]
            assign(licence, place.first_person + turn % PEOPLE)
            done[client] += 1
        close()

    def close() -> None:
        from django.db import connection

        connection.close()

    workers = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(done) / (time.perf_counter() - started)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4
    missed = []
    with small_company() as place:
        logging.disable(logging.WARNING)
        print("  assignments a second               bare   action      API   action/bare  API/bare")
        for hot in (True, False):
            for clients in CLIENTS:
                found = [
                    max(rate(way, place, clients, hot=hot, seconds=seconds / ROUNDS) for _ in range(ROUNDS))
                    for way in (bare, action, api)
                ]
                ours, theirs = found[1] / found[0], found[2] / found[0]
                name = f"{'one hot licence' if hot else '1,000 licences'}, {clients} clients"
                over = ours < OF_THE_ACTION or theirs < OF_THE_API
                print(
                    f"{'✗' if over else ' '} {name:<32}{found[0]:7.0f}{found[1]:9.0f}{found[2]:9.0f}{ours:12.0%}{theirs:10.0%}",
                    flush=True,
                )
                if over:
                    missed.append(name)
        spent = a_list(place)
        print(f"{'✗' if spent > MOST_SECONDS_OF_A_LIST else ' '} {LIST} people in one call: {spent:.2f} s")
        if spent > MOST_SECONDS_OF_A_LIST:
            missed.append("the list")
    if missed:
        raise SystemExit(f"Missed: {'; '.join(missed)}.")


def a_list(place: Place) -> float:
    """Seconds of one call that assigns 10,000 people."""
    from django.utils import timezone

    from trueup.assignments.bulk import assign_list
    from trueup.assignments.naming import Wish
    from trueup.assignments.outcomes import Mode

    wishes = [Wish(kind="person", id=place.first_person + number, row=number + 1) for number in range(LIST)]
    started = time.perf_counter()
    assign_list(
        actor=place.actor, licence_id=place.list_licence, wishes=wishes, mode=Mode.ALL, at=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
