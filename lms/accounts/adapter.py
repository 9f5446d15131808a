"""How django-allauth makes our accounts."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from lms.accounts.actions import grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.actions import record
from lms.audit.verbs import Verb


class AccountAdapter(DefaultAccountAdapter):
    """A person who joins becomes a trainee, with an event in the same transaction."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> User:
        """Store the new person with the name that the form asked for."""
        with transaction.atomic():
            user.full_name = form.cleaned_data["full_name"]
            saved = cast(User, super().save_user(request, user, form, commit=commit))
            record(Verb.ACCOUNT_CREATED, by=saved, target=saved)
            grant_role(person=saved, role=Role.TRAINEE, by=None)
        return saved
