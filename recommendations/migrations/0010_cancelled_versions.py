from django.db import migrations, models


class Migration(migrations.Migration):
    """Let a version be cancelled: only the choices change, no table does."""

    dependencies = [
        ('recommendations', '0009_lists_ranked_ahead'),
    ]

    operations = [
        migrations.AlterField(
            model_name='modelversion',
            name='status',
            field=models.CharField(choices=[('training', 'Training'), ('ready', 'Ready'), ('promoted', 'Promoted'), ('held_back', 'Held back'), ('refused', 'Refused'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('pruned', 'Files deleted')], default='training', max_length=10),
        ),
    ]
