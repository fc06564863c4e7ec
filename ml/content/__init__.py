"""Content of products: terms and vectors of their texts and pictures, and vectors predicted from them."""
