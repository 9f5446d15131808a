"""Storages for files: public, private, and the log of certificates; folders, or S3-like buckets that are named."""

from pathlib import Path
from typing import Any

import environ


def storage_settings(env: environ.Env, var_dir: Path) -> dict[str, Any]:
    """Build `STORAGES`. `default` is the public storage; `private` has no address of its own (S-29).

    `register` holds the published log of certificates; a file of it may replace the earlier one of its name.
    """
    if env.str("S3_PRIVATE_BUCKET", default=""):
        default = _bucket(env, env.str("S3_PUBLIC_BUCKET"), signed=False)
        private = _bucket(env, env.str("S3_PRIVATE_BUCKET"), signed=True)
        register = _bucket(env, env.str("S3_REGISTER_BUCKET", default="") or env.str("S3_PUBLIC_BUCKET"), signed=False)
        register["OPTIONS"] |= {"location": "log", "file_overwrite": True}
    else:
        default = _public_folder(var_dir / "public")
        private = _private_folder(var_dir / "private")
        register = {"BACKEND": "lms.storages.ReplacingFolder", "OPTIONS": {"location": str(var_dir / "register")}}
    return {
        "default": default,
        "private": private,
        "register": register,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def _public_folder(location: Path) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(location), "base_url": "/media/"},
    }


def _private_folder(location: Path) -> dict[str, Any]:
    options = {"location": str(location), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return {"BACKEND": "lms.storages.PrivateFolder", "OPTIONS": options}


def _bucket(env: environ.Env, name: str, *, signed: bool) -> dict[str, Any]:
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": name,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "access_key": env.str("S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("S3_SECRET_KEY", default="") or None,
            "querystring_auth": signed,
            "querystring_expire": 300,
            "file_overwrite": False,
            "signature_version": "s3v4",
        },
    }
