"""Who may use a concurrent licence, and how often somebody was refused."""

import django.db.models.deletion
from django.db import migrations, models


from trueup.tenancy.walls import wall


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0006_backdated'),
        ('licences', '0014_latest_lines'),
        ('people', '0005_locations'),
        ('tenancy', '0006_locations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Eligible',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField()),
                ('added_by', models.CharField(max_length=200)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('licence', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='licences.licence')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('licence', 'person'), name='eligible_once')],
            },
        ),
        migrations.CreateModel(
            name='RefusalsOfDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('refusals', models.PositiveIntegerField(default=0)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('licence', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='licences.licence')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('licence', 'day'), name='refusals_once_a_day')],
            },
        ),
        wall("assignments_eligible", "licence_id", "licences_licence"),
        wall("assignments_eligible", "person_id", "people_person"),
        wall("assignments_refusalsofday", "licence_id", "licences_licence"),
    ]
