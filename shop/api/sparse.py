"""`fields=`: sparse fields. Libraries such as drf-flex-fields ignore an unknown name; here it is a 400."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import BaseSerializer

FIELDS = OpenApiParameter(
    "fields", str, description="Names of the fields wanted of each product, separated by commas; all when left out."
)


class SparseFieldsMixin:
    """Leaves out the fields that `fields=` does not name, for generic views. An unknown name is a 400."""

    request: Any

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        serializer: Any = super().get_serializer(*args, **kwargs)  # type: ignore[misc]  # of the generic view
        parameter = self.request.query_params.get("fields", "") if self.request is not None else ""
        names = {name.strip() for name in parameter.split(",") if name.strip()}
        if names:
            fields = getattr(serializer, "child", serializer).fields
            if unknown := sorted(names - set(fields)):
                raise ValidationError({"fields": f"There is no field “{unknown[0]}”."}, "invalid_choice")
            for name in set(fields) - names:
                fields.pop(name)
        return serializer
