"""Walls between companies."""

from django.db import migrations

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0001_initial"),
        ("assignments", "0005_places"),
        ("devices", "0002_walls"),
        ("licences", "0002_walls"),
        ("people", "0002_walls"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        doorposts("workflows_licenceset"),
        doorposts("workflows_workflow"),
        wall("workflows_licenceset", "department_id", "tenancy_department"),
        wall("workflows_setstep", "licence_set_id", "workflows_licenceset"),
        wall("workflows_workflow", "person_id", "people_person"),
        wall("workflows_workflow", "device_id", "devices_device"),
        wall("workflows_workflow", "person_set_id", "workflows_licenceset"),
        wall("workflows_workflow", "device_set_id", "workflows_licenceset"),
        wall("workflows_workflowstep", "workflow_id", "workflows_workflow"),
        wall("workflows_workflowstep", "licence_id", "licences_licence"),
        wall("workflows_workflowstep", "assignment_id", "assignments_assignment"),
        wall("workflows_workflowstep", "device_id", "devices_device"),
        wall("workflows_expectedproduct", "device_id", "devices_device"),
        wall("workflows_expectedproduct", "workflow_id", "workflows_workflow"),
        wall("workflows_boundunits", "assignment_id", "assignments_assignment"),
        wall("workflows_boundunits", "device_id", "devices_device"),
    ]
