import numpy as np

from ml.rating.review_sentiment import sentiments_of


def test_sentiments_follow_the_words_and_need_enough_of_them():
    texts = [f"{'good' if row % 2 else 'bad'} thing {row}" for row in range(80)]
    stars = np.where(np.arange(80) % 2, 5.0, 1.0).astype(np.float32)
    sentiments = sentiments_of(texts, stars, seed=0)

    assert sentiments[1::2].min() > sentiments[::2].max()
    assert sentiments_of(texts[:10], stars[:10], seed=0).tolist() == [3.0] * 10
    assert sentiments_of([""] * 80, stars, seed=0).tolist() == [3.0] * 80
