"""Units held back for departments, and how many wait for a licence. Standings are written anew, as what is free changes."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from trueup.tenancy.walls import doorposts, wall

MOVES = """
CREATE OR REPLACE FUNCTION licences_licence_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE licences_standing
    SET held = NEW.held, reserved = NEW.reserved, is_retired = NEW.retired_at IS NOT NULL, is_site = NEW.metric = 'site_license'
    WHERE licence_id = NEW.id;
    RETURN NULL;
END $$;
DROP TRIGGER licences_licence_moved ON licences_licence;
CREATE TRIGGER licences_licence_moved AFTER UPDATE OF held, reserved, retired_at, metric ON licences_licence FOR EACH ROW
    WHEN (OLD.held <> NEW.held OR OLD.reserved <> NEW.reserved OR OLD.metric <> NEW.metric
        OR (OLD.retired_at IS NULL) <> (NEW.retired_at IS NULL))
    EXECUTE FUNCTION licences_licence_moves();
"""
MOVED_BEFORE = """
DROP TRIGGER licences_licence_moved ON licences_licence;
CREATE OR REPLACE FUNCTION licences_licence_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE licences_standing
    SET held = NEW.held, is_retired = NEW.retired_at IS NOT NULL, is_site = NEW.metric = 'site_license'
    WHERE licence_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER licences_licence_moved AFTER UPDATE OF held, retired_at, metric ON licences_licence FOR EACH ROW
    WHEN (OLD.held <> NEW.held OR OLD.metric <> NEW.metric OR (OLD.retired_at IS NULL) <> (NEW.retired_at IS NULL))
    EXECUTE FUNCTION licences_licence_moves();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('licences', '0021_line_totals'),
        ('tenancy', '0006_locations'),
    ]

    operations = [
        migrations.RunSQL("TRUNCATE licences_standing", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.PositiveBigIntegerField()),
                ('taken', models.PositiveBigIntegerField(default=0)),
                ('until_on', models.DateField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('ended_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.department')),
                ('licence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='licences.licence')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('taken__lte', models.F('units'))), name='reservation_is_not_overdrawn'),
                    models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('licence', 'department'), name='reserved_once_for_a_department'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('ended_at', None)), fields=['until_on'], name='reservation_by_day'),
                ],
            },
        ),
        doorposts("licences_reservation"),
        wall("licences_reservation", "licence_id", "licences_licence"),
        wall("licences_reservation", "department_id", "tenancy_department"),
        migrations.AddField(
            model_name='licence',
            name='reserved',
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='licence',
            name='waiting',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='licence',
            constraint=models.CheckConstraint(condition=models.Q(('is_unlimited', True), ('reserved', 0), ('granted__gte', django.db.models.expressions.CombinedExpression(models.F('held'), '+', models.F('reserved'))), _connector='OR'), name='reserved_units_are_free'),
        ),
        migrations.AddIndex(
            model_name='licence',
            index=models.Index(condition=models.Q(('waiting__gt', 0)), fields=['id'], name='licence_waited_for'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='account',
            field=models.CharField(choices=[('granted', 'Granted'), ('held', 'Held'), ('burnt', 'Burnt'), ('reserved', 'Reserved')], max_length=8),
        ),
        migrations.RemoveIndex(model_name='standing', name='standing_by_free'),
        migrations.RemoveField(model_name='standing', name='free'),
        migrations.AddField(
            model_name='standing',
            name='reserved',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='standing',
            name='free',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('unlimited', True), ('is_site', True), _connector='OR'), then=None), default=models.ExpressionWrapper(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('purchased'), '-', models.F('held')), '-', models.F('reserved')), output_field=models.BigIntegerField()), output_field=models.BigIntegerField()), output_field=models.BigIntegerField(), null=True),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['free', 'licence'], include=('from_on', 'until_on'), name='standing_by_free'),
        ),
        migrations.RunSQL(MOVES, MOVED_BEFORE),
    ]
