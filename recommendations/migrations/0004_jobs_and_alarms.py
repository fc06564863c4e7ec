"""Jobs people watch, measurements with their alarms, and counts of rails."""
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recommendations', '0003_held_back_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=40)),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('cleared_at', models.DateTimeField(blank=True, null=True)),
                ('value', models.FloatField(blank=True, help_text='The newest figure while it was raised.', null=True)),
                ('threshold', models.FloatField(blank=True, null=True)),
                ('message', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['-raised_at'],
                'indexes': [models.Index(fields=['name', '-raised_at'], name='alarm_by_name')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('training', 'Training'), ('import', 'Import'), ('pictures', 'Pictures')], max_length=10)),
                ('title', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                ('started_by', models.CharField(help_text='An account, the schedule, or the command line.', max_length=150)),
                ('fraction', models.FloatField(default=0.0, help_text='How much is done, 0 to 1.')),
                ('step', models.CharField(blank=True, help_text='What it does now, or did last.', max_length=200)),
                ('log', models.TextField(blank=True, help_text='The newest lines of what it did.')),
                ('message', models.TextField(blank=True, help_text='Why it ended other than hoped.')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True, verbose_name='last report')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_requested_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['-created_at'], name='job_by_age')],
            },
        ),
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='Which check.', max_length=40)),
                ('measured_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('value', models.FloatField(blank=True, null=True)),
                ('least', models.FloatField(blank=True, help_text='Below this the alarm is raised.', null=True)),
                ('most', models.FloatField(blank=True, help_text='Above this the alarm is raised.', null=True)),
                ('explanation', models.TextField(help_text='What was compared with what, in words.')),
            ],
            options={
                'ordering': ['-measured_at'],
                'indexes': [models.Index(fields=['name', '-measured_at'], name='measurement_by_name')],
            },
        ),
        migrations.CreateModel(
            name='RailCount',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('hour', models.DateTimeField()),
                ('intent', models.CharField(max_length=20)),
                ('answered', models.PositiveIntegerField(default=0)),
                ('empty', models.PositiveIntegerField(default=0, help_text='Without any product.')),
                ('short', models.PositiveIntegerField(default=0, help_text='With fewer products than asked for.')),
                ('fallback', models.PositiveIntegerField(default=0, help_text='As long as asked for, with popular products.')),
            ],
            options={
                'ordering': ['-hour', 'intent'],
                'constraints': [models.UniqueConstraint(fields=('hour', 'intent'), name='one_rail_count_per_hour_and_intent')],
            },
        ),
    ]
