"""Relations follow the order of packages too: a name in a string hides from the import checker, not from this."""

from django.apps import apps

# From the bottom up. Libraries stand beneath all of ours.
ORDER = [
    "audit",
    "jobs",
    "accounts",
    "approvals",
    "look",
    "content",
    "courses",
    "exams",
    "certificates",
    "dashboard",
    "lms",
]


def rank(label: str) -> int:
    """Return how high an app stands; libraries stand lowest."""
    return ORDER.index(label) if label in ORDER else -1


def test_every_app_of_ours_has_a_place_in_the_order() -> None:
    ours = {app.label for app in apps.get_app_configs() if app.name.split(".")[0] in {"lms", *ORDER}}
    assert ours <= set(ORDER)


def test_no_relation_points_up() -> None:
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model and not isinstance(field.related_model, str)
        if rank(field.related_model._meta.app_label) > rank(model._meta.app_label) >= 0
    ]
    assert upward == []


def test_events_and_jobs_point_nowhere() -> None:
    relations = [
        f"{model._meta.label}.{field.name}"
        for label in ("audit", "jobs")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.is_relation
    ]
    assert relations == []
