from shop.catalogue.picture_names import has_small, small_name


def test_the_small_size_lies_beside_the_large_one():
    assert small_name("products/fetched/ab/cd-600.webp") == "products/fetched/ab/cd-300.webp"


def test_only_pictures_brought_to_sizes_have_a_small_one():
    assert has_small("products/fetched/ab/cd-600.webp")
    assert has_small("products/uploaded/ab/cd-600.webp")
    assert not has_small("products/lamp.png")
    assert not has_small("products/demo/kettle-600.webp")
    assert not has_small("products/fetched/ab/cd.webp")
    assert not has_small("")
