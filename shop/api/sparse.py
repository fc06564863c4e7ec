"""`fields=`: only what a client needs of each result."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import BaseSerializer

FIELDS = OpenApiParameter(
    "fields", str, description="Names of the fields wanted of each product, separated by commas; all when left out."
)


class SparseFieldsMixin:
    """For generic views: leaves out what `fields=` does not name; 400 for a name there is not."""

    request: Any

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        serializer: Any = super().get_serializer(*args, **kwargs)  # type: ignore[misc]  # of the generic view
        asked = self.request.query_params.get("fields", "") if self.request is not None else ""
        names = {name.strip() for name in asked.split(",") if name.strip()}
        if names:
            fields = getattr(serializer, "child", serializer).fields
            if unknown := sorted(names - set(fields)):
                raise ValidationError({"fields": f"There is no field “{unknown[0]}”."}, "invalid_choice")
            for name in set(fields) - names:
                fields.pop(name)
        return serializer
