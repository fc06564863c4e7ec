"""Names of pictures in two sizes: where in the storage they lie, and how the name of one leads to the other."""

FETCHED_FOLDER, UPLOADED_FOLDER = "products/fetched/", "products/uploaded/"
LARGE_SIDE, SMALL_SIDE = 600, 300
LARGE_ENDING, SMALL_ENDING = f"-{LARGE_SIDE}.webp", f"-{SMALL_SIDE}.webp"


def small_name(large_name: str) -> str:
    """Return the name of the small size beside a large one."""
    return large_name.removesuffix(LARGE_ENDING) + SMALL_ENDING


def has_small(name: str) -> bool:
    """Tell whether a picture of this name was brought to sizes and has a small one beside it."""
    return name.startswith((FETCHED_FOLDER, UPLOADED_FOLDER)) and name.endswith(LARGE_ENDING)
