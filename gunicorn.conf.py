"""How gunicorn serves the shop, whoever starts it here: what is not given on its command line."""

import os

# While one request waits for a database, others are answered.
threads = 4

# Seconds a connection may rest. A server that closes one in the very moment its client sends the next request loses
# that request; a client repeats a GET by itself, but not a POST that puts something into a cart. gunicorn's own two
# seconds are how long a shopper looks at a page; these are longer than the minute after which phones, browsers and
# proxies let go themselves. Resting connections hold no thread, and never keep new ones out.
keepalive = 75

# The shop is loaded once, before the processes fork: they share its memory, each needs half as much of its own.
preload_app = True

# A request multiplies matrices that are too small to share: threads of the linear algebra would only take turns. Set
# before NumPy is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")
