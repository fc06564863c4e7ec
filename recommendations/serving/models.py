"""Index entries of products saved since the promoted version was built."""

from django.db import models
from django.utils import timezone


class IndexedProduct(models.Model):
    """A product saved since the promoted version was built: its entry beside the version's memory-mapped tables."""

    product_id = models.UUIDField(primary_key=True)
    model_version = models.CharField(max_length=40)
    vector = models.BinaryField(default=bytes, help_text="float32, little-endian, from content.")
    entry = models.JSONField(
        default=dict, help_text="Category, terms and popularity; see recommendations/serving/handle.py."
    )
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"Index entry of {self.product_id}"
