"""Standings by which a list is put in order: with what is used, and what follows. They are written anew, as their columns change."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('licences', '0014_latest_lines'),
        ('tenancy', '0005_kept_answers'),
    ]

    operations = [
        migrations.RunSQL("TRUNCATE licences_standing", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Unsettled',
            fields=[
                ('licence', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='licences.licence')),
            ],
        ),
        migrations.AddField(model_name="standing", name="is_site", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name='standing',
            name='decide_by',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(notice_days__isnull=False, renews_itself=True, then=models.Func(models.F('ends_on'), models.F('notice_days'), arg_joiner=' - ', output_field=models.DateField(), template='(%(expressions)s - 1)')), default=models.Func(models.F('ends_on'), output_field=models.DateField(), template='(%(expressions)s - 1)'), output_field=models.DateField()), output_field=models.DateField(), null=True),
        ),
        migrations.AddField(
            model_name='standing',
            name='held',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='standing',
            name='is_retired',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='standing',
            name='near_percent',
            field=models.PositiveSmallIntegerField(default=90),
        ),
        migrations.AddField(
            model_name='standing',
            name='valid_to',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('ends_on'), output_field=models.DateField(), template='(%(expressions)s - 1)'), output_field=models.DateField(), null=True),
        ),
        migrations.AddField(
            model_name='standing',
            name='free',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('unlimited', True), ('is_site', True), _connector='OR'), then=None), default=models.ExpressionWrapper(django.db.models.expressions.CombinedExpression(models.F('purchased'), '-', models.F('held')), output_field=models.BigIntegerField()), output_field=models.BigIntegerField()), output_field=models.BigIntegerField(), null=True),
        ),
        migrations.AddField(
            model_name='standing',
            name='state',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('is_retired', True)), then=models.Value('retired')), models.When(models.Q(('line_ended', True), ('purchased', 0), ('unlimited', False)), then=models.Value('expired')), models.When(models.Q(('unlimited', True), ('is_site', True), _connector='OR'), then=models.Value('unlimited')), models.When(held__gt=models.F('purchased'), then=models.Value('over')), models.When(held=models.F('purchased'), purchased__gt=0, then=models.Value('full')), models.When(held__gte=django.db.models.expressions.CombinedExpression(models.ExpressionWrapper(django.db.models.expressions.CombinedExpression(models.F('purchased'), '*', models.F('near_percent')), output_field=models.BigIntegerField()), '/', models.Value(100)), purchased__gt=0, then=models.Value('near')), default=models.Value('free'), output_field=models.CharField(max_length=9)), output_field=models.CharField(max_length=9)),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['purchased', 'licence'], include=('from_on', 'until_on'), name='standing_by_purchased'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['held', 'licence'], include=('from_on', 'until_on'), name='standing_by_held'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['free', 'licence'], include=('from_on', 'until_on'), name='standing_by_free'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['state', 'licence'], include=('from_on', 'until_on'), name='standing_by_state'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['valid_to', 'licence'], include=('from_on', 'until_on'), name='standing_by_valid_to'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['decide_by', 'licence'], include=('from_on', 'until_on'), name='standing_by_decide_by'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['annual_cost', 'licence'], include=('from_on', 'until_on'), name='standing_by_annual_cost'),
        ),
    ]
