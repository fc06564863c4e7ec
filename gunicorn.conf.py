"""How gunicorn serves the shop, whoever starts it here: what is not given on its command line."""

# Seconds a connection may rest. A server that closes one in the very moment its client sends the next request loses
# that request; a client repeats a GET by itself, but not a POST that puts something into a cart. gunicorn's own two
# seconds are how long a shopper looks at a page; these are longer than the minute after which phones, browsers and
# proxies let go themselves. Resting connections hold no thread, and never keep new ones out.
keepalive = 75

# The shop is loaded once, before the processes fork: they share its memory, each needs half as much of its own.
preload_app = True
