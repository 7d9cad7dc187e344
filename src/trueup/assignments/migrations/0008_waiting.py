"""Units that came out of a reservation, and who waits for a licence."""

import django.db.models.deletion
from django.db import migrations, models

from trueup.tenancy.walls import wall


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0007_simultaneous'),
        ('devices', '0005_locations'),
        ('licences', '0022_reservations'),
        ('people', '0005_locations'),
        ('tenancy', '0006_locations'),
    ]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='reservation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='licences.reservation'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='reserved_units',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('reserved_units', 0), ('reservation__isnull', False), _connector='OR'), name='reserved_units_have_a_reservation'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('reserved_units__gt', 0)), fields=['reservation'], name='assignment_of_reservation'),
        ),
        wall("assignments_assignment", "reservation_id", "licences_reservation"),
        migrations.CreateModel(
            name='Waiting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.PositiveIntegerField()),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(max_length=200)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, max_length=200)),
                ('outcome', models.CharField(blank=True, choices=[('served', 'Units given'), ('left', 'Taken off the list'), ('refused', 'May not hold them any more')], max_length=7)),
                ('detail', models.CharField(blank=True, max_length=500)),
                ('assignment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assignments.assignment')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='devices.device')),
                ('licence', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='licences.licence')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('units__gt', 0)), name='units_waited_for_are_positive'),
                    models.CheckConstraint(condition=models.Q(models.Q(('device__isnull', True), ('person__isnull', False)), models.Q(('device__isnull', False), ('person__isnull', True)), _connector='OR'), name='one_waits_of_one_kind'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', '')), models.Q(('ended_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='waiting_ends_with_an_outcome'),
                    models.CheckConstraint(condition=models.Q(('assignment__isnull', True), ('outcome', 'served'), _connector='OR'), name='served_have_an_assignment'),
                    models.UniqueConstraint(condition=models.Q(('ended_at', None), ('person__isnull', False)), fields=('licence', 'person'), name='person_waits_once'),
                    models.UniqueConstraint(condition=models.Q(('device__isnull', False), ('ended_at', None)), fields=('licence', 'device'), name='device_waits_once'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('ended_at', None)), fields=['licence', 'id'], name='waiting_in_order'),
                ],
            },
        ),
        wall("assignments_waiting", "licence_id", "licences_licence"),
        wall("assignments_waiting", "person_id", "people_person"),
        wall("assignments_waiting", "device_id", "devices_device"),
        wall("assignments_waiting", "assignment_id", "assignments_assignment"),
    ]
