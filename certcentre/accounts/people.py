"""People who sign in, and the roles they may hold."""

import uuid
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractUser, AnonymousUser, BaseUserManager
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.lifecycle import NotReady

Answer = TypeVar("Answer")


class Role(models.TextChoices):
    """What a member may do for the organisation."""

    MANAGER = "manager", _("Manager: looks after people and the organisation's details")
    EDITOR = "editor", _("Editor: prepares answers, evidence and tenders")
    SIGNATORY = "signatory", _("Signatory: declares and publishes in its name")
    EVALUATOR = "evaluator", _("Evaluator: examines what a provider declared")
    DECIDER = "decider", _("Decider: grants or refuses, never their own examination")
    OFFICER = "officer", _("Officer: works for the centre")


def reaches_nobody(address: str) -> bool:
    """Whether it stands in for an address that a provider of sign-ins kept to itself."""
    return address.endswith(User.WITHHELD)


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person who signs in. The random id is the only thing the log keeps of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"), unique=True)
    # of mails and files made for this person
    language = models.CharField(_("language"), max_length=8, default="en")
    # when this person was first told that their role asks for a second step of signing in
    factor_asked_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    WITHHELD = "@withheld.invalid"  # how an address ends that a provider kept to itself
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    # (organisation's key, its kind, role) while `memberships_read_once` is open
    _memberships: list[tuple[Any, str, str]] | None = None
    _confirmed = False  # once seen it stays so for the request
    _answers: dict[Hashable, Any] | None = None  # of `once`

    objects = UserManager()  # type: ignore[assignment,misc]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_withheld(self) -> bool:
        """Whether nobody can be written to here: no address was given."""
        return reaches_nobody(self.email)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def acts_for(self, organisation: models.Model, *roles: str) -> bool:
        """Whether this person holds one of the roles there (any role, if none is named)."""
        if self._memberships is not None:
            here = {role for key, _kind, role in self._memberships if key == organisation.pk}
            return bool(here & set(roles)) if roles else bool(here)
        memberships = self.memberships.filter(organisation_id=organisation.pk, until=None)
        return memberships.filter(role__in=roles).exists() if roles else memberships.exists()

    def is_officer(self) -> bool:
        """Whether this person works for the centre."""
        if self._memberships is not None:
            return any(
                (kind, role) == ("centre", Role.OFFICER) for _key, kind, role in self._memberships
            )
        return self.memberships.filter(
            organisation__kind="centre", role=Role.OFFICER, until=None
        ).exists()

    def require_confirmed(self) -> None:
        """NotReady until the address in use is shown to be theirs (rule R57)."""
        if not self._confirmed:
            addresses = EmailAddress.objects.filter(user=self, verified=True)
            self._confirmed = addresses.filter(email__iexact=self.email).exists()
        if not self._confirmed:
            raise NotReady(
                gettext(
                    "Confirm your address first: open the link that we sent to it. Under “Your "
                    "address” you can have it sent again."
                )
            )

    def parts(self) -> set[tuple[str, str]]:
        """(kind of organisation, role) of each part that this person has."""
        with self.memberships_read_once():
            return {(str(kind), str(role)) for _key, kind, role in self._memberships or ()}

    @contextmanager
    def memberships_read_once(self) -> Iterator[None]:
        """Within it roles are read from the database once: for a page that asks many of them."""
        if self._memberships is not None:
            yield
            return
        memberships = self.memberships.filter(until=None)
        self._memberships = list(
            memberships.values_list("organisation", "organisation__kind", "role")
        )
        self._answers = {}
        try:
            yield
        finally:
            self._memberships = self._answers = None

    def once(self, question: Hashable, answer: Callable[[], Answer]) -> Answer:
        """What `answer` gives; within `memberships_read_once` it is asked once a question."""
        if self._answers is None:
            return answer()
        if question not in self._answers:
            self._answers[question] = answer()
        kept: Answer = self._answers[question]
        return kept


Reader = User | AnonymousUser  # whoever looks at a page


def signed_in_user(request: HttpRequest) -> User:
    """Whoever is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
