"""HTTP of learning. Pages themselves are answered by Wagtail, behind the guard in courses/wagtail_hooks.py."""
