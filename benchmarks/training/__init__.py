"""Cost of training: time to a given quality, growth with the data, and fine-tuning against training anew."""
