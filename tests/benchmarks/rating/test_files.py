import json

from benchmarks.rating.files import read_ratings

FORMAT = "amazon-reviews-2018"


def test_the_latest_rating_of_a_pair_and_its_words_are_read(reviews):
    name, ratings = read_ratings(reviews, FORMAT)

    assert (name, len(ratings), ratings.n_users, ratings.n_items) == ("planted", 270, 18, 15)
    assert ratings.review_texts is not None
    assert (ratings.stars[0], ratings.review_texts[0]) == (1.0, "1 stars . words")


def test_titles_come_from_the_metadata(reviews, tmp_path):
    meta = tmp_path / "meta.json"
    meta.write_text(json.dumps({"asin": "i3", "title": "Drum", "description": ["Loud."]}) + "\n")
    _, ratings = read_ratings(reviews, FORMAT, meta)

    assert ratings.content is not None
    assert ratings.content.texts[3] == "Drum\nLoud."
    assert sum(map(bool, ratings.content.texts)) == 1
