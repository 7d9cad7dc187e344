"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_initial"),
        ("assignments", "0005_places"),
        ("licences", "0002_walls"),
    ]

    operations = [
        doorposts("reviews_review"),
        wall("reviews_reviewrow", "review_id", "reviews_review"),
        wall("reviews_reviewrow", "licence_id", "licences_licence"),
        wall("reviews_reviewrow", "assignment_id", "assignments_assignment"),
    ]
