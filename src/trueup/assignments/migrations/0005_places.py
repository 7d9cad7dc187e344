"""Locations and departments as holders, and holders within a site."""

import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models

from trueup.tenancy.walls import doorposts, wall


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0004_narrow_indexes'),
        ('devices', '0005_locations'),
        ('licences', '0014_latest_lines'),
        ('people', '0005_locations'),
        ('tenancy', '0006_locations'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='assignment',
            name='one_holder_of_one_kind',
        ),
        migrations.AddField(
            model_name='assignment',
            name='department',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.department'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='location',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.location'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='share',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='assignment',
            name='within',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assignments.assignment'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('location__isnull', False)), fields=['location'], name='assignment_by_location'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('department__isnull', False)), fields=['department'], name='assignment_by_department'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('within__isnull', False)), fields=['within'], name='assignment_within'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func('person', 'device', 'location', 'department', function='num_nonnulls', output_field=models.IntegerField()), 1), name='one_holder_of_one_kind'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('location__isnull', False), ('released_at', None)), fields=('licence', 'location'), name='location_holds_once'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('department__isnull', False), ('released_at', None)), fields=('licence', 'department'), name='department_holds_once'),
        ),
        doorposts("assignments_assignment"),
        wall("assignments_assignment", "location_id", "tenancy_location"),
        wall("assignments_assignment", "department_id", "tenancy_department"),
        wall("assignments_assignment", "within_id", "assignments_assignment"),
    ]
