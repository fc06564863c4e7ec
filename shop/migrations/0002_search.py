from django.db import migrations, models

from shop.search.models import DocumentField
from shop.search.index import create_tables, drop_tables


class Migration(migrations.Migration):
    """The index holds nothing that cannot be made from the products, so it is always created in its present form.

    A later change of its form is one more migration: drop_tables, create_tables. The triggers come after the last
    migration (shop/receivers.py), together with the first filling.
    """

    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="shop.product",
                    ),
                ),
                ("document", DocumentField()),
                ("rank", models.FloatField()),
            ],
            options={"db_table": "shop_search", "managed": False, "base_manager_name": "objects"},
        ),
        migrations.RunPython(
            lambda apps, editor: create_tables(editor.connection),
            lambda apps, editor: drop_tables(editor.connection),
            elidable=False,
        ),
    ]
