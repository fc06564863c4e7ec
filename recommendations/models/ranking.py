"""How products are scored."""

from typing import ClassVar

from django.db import models


class RankingProfile(models.Model):
    """Named weights of the composite score; the active one ranks."""

    name = models.CharField(max_length=40, primary_key=True)
    cosine_weight = models.FloatField(default=0.30)
    popularity_weight = models.FloatField(default=0.10)
    category_weight = models.FloatField(default=0.30)
    keyword_weight = models.FloatField(default=0.30)
    is_active = models.BooleanField("active", default=False)

    PARTS: ClassVar[tuple[str, ...]] = ("cosine", "popularity", "category", "keyword")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def weights(self) -> dict[str, float]:
        """Return the weight of each part of the score."""
        return {part: getattr(self, f"{part}_weight") for part in self.PARTS}
