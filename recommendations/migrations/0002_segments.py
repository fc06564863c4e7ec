"""Segments of shoppers and products, per model version."""

import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recommendations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('model_version', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('shoppers', 'Shoppers'), ('products', 'Products')], max_length=10)),
                ('number', models.PositiveSmallIntegerField()),
                ('name', models.CharField(help_text='Made of the category and the words that set it apart.', max_length=120)),
                ('size', models.PositiveIntegerField()),
                ('top_categories', models.JSONField(default=list, help_text='[category id, name, share], what sets it apart first.')),
                ('top_products', models.JSONField(default=list, help_text='[product id, share], what sets it apart first.')),
                ('top_terms', models.JSONField(default=list)),
                ('centroid', models.BinaryField(default=bytes, help_text="float32, little-endian, in the version's space.")),
            ],
            options={
                'ordering': ['-model_version', '-kind', 'number'],
                'constraints': [models.UniqueConstraint(fields=('model_version', 'kind', 'number'), name='segment_number_once_per_version')],
            },
        ),
        migrations.CreateModel(
            name='Segmentation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('model_version', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('shoppers', 'Shoppers'), ('products', 'Products')], max_length=10)),
                ('segment_count', models.PositiveSmallIntegerField(default=0, verbose_name='segments')),
                ('member_count', models.PositiveIntegerField(default=0, verbose_name='members')),
                ('silhouettes', models.JSONField(default=dict, help_text='Mean silhouette, -1 to 1, by number of segments tried.')),
                ('map_points', models.JSONField(default=list, help_text='[number of the segment, x, y] of a sample of the members.')),
                ('map_variance', models.FloatField(default=0.0, help_text='The share of the variance that the map shows.')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-model_version', '-kind'],
                'constraints': [models.UniqueConstraint(fields=('model_version', 'kind'), name='one_segmentation_of_a_kind_per_version')],
            },
        ),
    ]
