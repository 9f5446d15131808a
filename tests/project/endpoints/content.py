"""Addresses of content."""

from tests.project.endpoints import Endpoint

ENDPOINTS = [
    Endpoint("content:brand_css", None),
]
