"""A real standalone cluster, master and worker as processes of their own, counts what DuckDB counts, to the unit."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pyspark
import pytest

from estate import DuckEngine, Freezer, Frozen, combinations, count_shapes, members_of, over_facts, to_table
from estate.facts import TABLES
from estate.opening import open_engine
from estate.spark import NoSpark, SparkEngine
from tests.estate.small import (
    ACME,
    ALICE,
    BOB,
    CAROL,
    CRM,
    NOON,
    OFFICE,
    ORACLE,
    STANDARD,
    WINDOWS,
    Rows,
    device,
    holding,
    installations,
    person,
    question,
    vm,
)
from trueup.compliance.counting import count

HERE = Path(pyspark.__file__).parent
TERMS = Path(__file__).parents[2] / "library" / "terms"
PATIENCE = 90
OFFICE_2021, OFFICE_2024 = 1, 2
ESTATE: dict[str, Rows] = {
    "questions": [
        question(
            1, OFFICE, "devices", metric="per_device", licences=1, compares_versions=True, second_use=True
        ),
        question(2, ORACLE, "cores", metric="mssql_per_core", licences=1),
        question(3, WINDOWS, "hosts", metric="windows_server_core", edition="Standard"),
        question(4, CRM, "users", metric="per_named_user", licences=1, counts_holders=True),
    ],
    "people": [person(ALICE), person(BOB, is_active=False), person(CAROL)],
    "devices": [
        device(1, person_id=ALICE, kind="workstation", software_known_on=date(2025, 6, 1)),
        device(2, person_id=ALICE, kind="laptop"),
        device(3, processors=2, cores_per_processor=8),
        device(4, kind="laptop"),
        vm(11, 4, host_id=3),
        vm(12, None, host_id=3),
        vm(13, 2),
    ],
    "installations": [
        *installations(OFFICE, 1, 2, 4, version_id=OFFICE_2024),
        *installations(OFFICE, 1, first=5, version_id=OFFICE_2021),
        *installations(ORACLE, 3, 11, 12, 13, first=10),
        *installations(WINDOWS, 3, 11, 12, 13, first=20, edition_id=STANDARD),
        *installations(CRM, 1, 4, first=30),
    ],
    "assignments": [holding(1, CRM, BOB), holding(2, CRM, CAROL)],
    "versions": [
        {"version_id": OFFICE_2021, "product_id": OFFICE, "name": "2021", "place": 1},
        {"version_id": OFFICE_2024, "product_id": OFFICE, "name": "2024", "place": 2},
    ],
    "lines": [
        {
            "purchase_id": number,
            "licence_id": number,
            "company_id": ACME,
            "product_id": product,
            "metric": metric,
            "unlimited": False,
            "units": units,
            "valid_from": date(2025, 1, 1),
        }
        for number, product, metric, units in (
            (1, OFFICE, "per_device", 2),
            (2, ORACLE, "mssql_per_core", 16),
            (3, CRM, "per_named_user", 9),
        )
    ],
}


def freeze(folder: Path) -> Frozen:
    freezer = Freezer(folder)
    for name in TABLES:
        freezer.add(name, to_table(name, ESTATE.get(name, [])))
    for path in TERMS.glob("*.yaml"):
        freezer.add_paper(f"terms/{path.name}", path.read_bytes())
    return freezer.seal(taken_at=NOON, code_version="test", terms_version="test")


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def spark_process(folder: Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    program = f"org.apache.spark.deploy.{name.lower()}.{name}"
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [str(HERE / "bin" / "spark-class"), program, "--host", "127.0.0.1", *arguments],
            stdout=log, stderr=subprocess.STDOUT, cwd=folder,
        )  # fmt: skip


def await_words(path: Path, words: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while words not in path.read_text(errors="replace"):
        assert process.poll() is None, path.read_text()
        assert time.monotonic() < until, path.read_text()
        time.sleep(0.1)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "conf").mkdir()
    master, port = f"spark://127.0.0.1:{(number := free_port())}", number
    started = [spark_process(folder, "Master", "--port", str(port), "--webui-port", "0")]
    try:
        await_port(port, started[0], folder)
        worker = (
            "--cores",
            "1",
            "--memory",
            "1g",
            "--webui-port",
            "0",
            "--work-dir",
            str(folder / "work"),
            master,
        )
        started.append(spark_process(folder, "Worker", *worker))
        yield master
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(timeout=PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def await_port(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        with closing(socket.socket()) as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, (folder / "Master.log").read_text()
        assert time.monotonic() < until, "the master did not come up"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def engine(cluster: str) -> Iterator[SparkEngine]:
    few = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
        "spark.executor.memory": "512m",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.adaptive.enabled": "false",
    }
    with SparkEngine(cluster, options=few) as spark:
        yield spark


def test_a_cluster_counts_what_one_machine_counts(engine: SparkEngine, cluster: str, tmp_path: Path) -> None:
    """The same statements, the same shapes, the same members, and a run with the same hash of all numbers."""
    frozen = freeze(tmp_path / "run")
    over_facts(engine, frozen.paths)
    with DuckEngine(threads=1) as duck:
        over_facts(duck, frozen.paths)
        together = combinations(engine=duck, family="devices", questions=[1])
        assert together == combinations(engine=engine, family="devices", questions=[1])
        one = count_shapes(engine=duck)[0]
        asked = {"question_id": one.question_id, "family": one.family, "key": one.key}
        assert list(members_of(engine=engine, **asked)) == list(members_of(engine=duck, **asked))

    alone = count(frozen=frozen, on=NOON.date())
    spread = count(frozen=frozen, on=NOON.date(), engine=cluster)

    assert len(alone.results) == 4
    assert sum(len(result.required.shapes) for result in alone.results) > 8
    assert spread.result_hash == alone.result_hash


def test_an_address_of_no_engine_is_refused() -> None:
    with pytest.raises(NoSpark, match="is no address of an engine"), open_engine("spark:nowhere"):
        pass
