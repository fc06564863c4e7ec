"""The arrays of a model version as a serving index, checked against the manifest."""

from dataclasses import dataclass
from datetime import datetime

from ml.artifact import Artifact, ArtifactError
from ml.serving_index import ServingIndex


@dataclass(frozen=True, eq=False)
class OpenedVersion:
    """A version's index.

    - `catalogue_read_at`: products saved later are not in the index.
    - `popularity_scale`: ln(1 + stars + event weights) of the most popular product, whose popularity is 1.
    """

    index: ServingIndex
    catalogue_read_at: datetime
    popularity_scale: float


def read_index(artifact: Artifact) -> OpenedVersion:
    """Return the index of an artefact; raise ArtifactError or ValueError when it holds none."""
    metadata = artifact.metadata
    read_at, scale = metadata.get("catalogue_read_at"), metadata.get("popularity_scale")
    if not isinstance(read_at, str) or not isinstance(scale, float):
        raise ArtifactError("the artefact does not say when its catalogue was read, or its scale of popularity")
    opened = OpenedVersion(ServingIndex.from_arrays(artifact.arrays), datetime.fromisoformat(read_at), scale)
    artifact.release_pages()
    return opened
