"""The product's settings, with a hasher that does not take its time over passwords of people who do not exist."""

from trueup.project.settings import *  # noqa: F403  # settings are handed on whole

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
