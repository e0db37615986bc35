"""How gunicorn serves the pages. Every value can be set in the environment (docs/operations.md)."""

from __future__ import annotations

import os

from policy_portal import environment as env
from policy_portal import paths as _paths  # reads .env

bind = f"{env.text('HOST', '127.0.0.1')}:{env.whole('PORT', 8000, least=1, most=65535)}"
workers = env.whole("WEB_WORKERS", 2, least=1)
threads = env.whole("WEB_THREADS", 4, least=1)
worker_class = "gthread"
# A worker says that it is alive through a file; in memory, so that a slow disk does not look like a hang.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
timeout = 60  # seconds without a sign of life
graceful_timeout = 10  # seconds to finish what is being answered
keepalive = 5
max_requests = 10_000  # a worker is replaced now and then, so that no leak grows for ever
max_requests_jitter = 1_000
control_socket_disable = True
accesslog = None  # the request log of the application has one line a request already
errorlog = "-"
loglevel = "warning"
pythonpath = str(_paths.BASE_DIR)
