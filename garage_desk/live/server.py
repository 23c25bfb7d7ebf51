"""gunicorn's settings for the live process, in `make run` and in production."""

wsgi_app = "garage_desk.live.asgi:application"
worker_class = "asgi"
workers = 1  # one ear on Redis; thousands of streams fit into one process
worker_connections = 8000
graceful_timeout = 1  # streams never end by themselves; browsers come back
timeout = 30
control_socket_disable = True  # it would be written to the home folder
loglevel = "warning"
