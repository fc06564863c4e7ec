from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0005_headers_of_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="category",
            name="is_sensitive",
            field=models.BooleanField(
                default=False,
                help_text="Health, faith, intimacy: what somebody looks at here is not named to them elsewhere, and "
                "personal lists outside do not show it. Holds for everything below, too.",
                verbose_name="sensitive",
            ),
        ),
    ]
