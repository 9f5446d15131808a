"""Addresses of the project package."""

from lms.accounts.permissions import Permission
from tests.project.endpoints import Endpoint

ENDPOINTS = [
    Endpoint("dashboard:home", Permission.HOME_READ),
]
