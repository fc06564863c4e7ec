from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shop', '0004_facet_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='storedanswer',
            name='headers',
            field=models.JSONField(blank=True, default=dict, help_text='Those of the answer itself, such as its ETag.'),
        ),
        migrations.AlterField(
            model_name='storedanswer',
            name='request_hash',
            field=models.CharField(help_text='SHA-256 of method, address with its query, and body.', max_length=64),
        ),
    ]
