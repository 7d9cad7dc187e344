"""The invented group: what each of its companies buys, before anything of it is loaded."""

from random import Random

from tests.cast import TODAY
from trueup.connectors.sample.fleet import fleet_of
from trueup.connectors.sample.group import COMPANIES, people_of
from trueup.connectors.sample.paper import papers_of
from trueup.licences.metrics import may_hold

EXAMPLES = {
    "an office suite": {"Microsoft 365 Apps"},
    "a creative suite": {"Photoshop", "Illustrator", "InDesign", "After Effects"},
    "development tools": {"IntelliJ IDEA", "Rider", "PyCharm", "Visual Studio"},
    "software as a service": {"Slack", "Sales Cloud", "Jira (Cloud)"},
}


def test_the_sample_company_holds_one_of_each_example():
    """R-011: each is in the files that are loaded, counts people, and is held by people of the company."""
    licences = []
    for plan in COMPANIES:
        luck = Random(plan.code)
        people = people_of(plan, on=TODAY, luck=luck)
        licences += papers_of(plan, people, fleet_of(plan, people, luck=luck), on=TODAY, luck=luck)
    for example, products in EXAMPLES.items():
        found = [paper for paper in licences if paper.row[2] in products]
        assert found, example
        for paper in found:
            assert "person" in may_hold(paper.metric), (example, paper.metric)
            assert "device" not in may_hold(paper.metric), (example, paper.metric)
            assert paper.people
            assert not paper.devices
            assert len(paper.people) <= paper.units
