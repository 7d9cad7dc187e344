"""The product's settings, with a hasher that does not take its time over passwords of people who do not exist.

Processes that test side by side share one database server, and each has a home of its own for what the product keeps
in files: keys, documents, uploads, runs.
"""

import os

from trueup.project.settings import *  # noqa: F403  # settings are handed on whole
from trueup.project.settings import ENVIRONMENT

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
HOME = ENVIRONMENT.home / os.environ.get("PYTEST_XDIST_WORKER", "alone")
HOME.mkdir(parents=True, exist_ok=True)
