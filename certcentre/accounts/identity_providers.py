"""An organisation's own provider of sign-ins, and whom it may let in (rules R86 and R87).

Its managers set it; an officer of the centre confirms that address and mail domains are theirs. It
speaks OpenID Connect and is asked like those of the environment, but reached as any address that
somebody else chose. It opens only accounts of its own people, and gives no role to anybody.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount, SocialApp
from cryptography.fernet import InvalidToken
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts import steps
from certcentre.accounts.invitations import Invitation
from certcentre.accounts.issuers import LONGEST_DOMAIN, domain_of, domains_of, issuer_of
from certcentre.accounts.organisations import Membership, Organisation
from certcentre.accounts.people import Role, User
from certcentre.accounts.sealed import cipher
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady, reason_required
from certcentre.log.models import record
from certcentre.steps import Step

KEY = "org-"  # how its key begins: no word of the environment has a dash
# what an officer confirms together: where one of them is another, all wait anew
CONFIRMED = {"issuer", "client_id", "domains"}


class IdentityProviderQuerySet(models.QuerySet["IdentityProvider"]):
    def in_force(self) -> "IdentityProviderQuerySet":
        """Of organisations that are verified: of another one it is dead at once."""
        rows = self.filter(organisation__in=Organisation.objects.in_force())
        return rows.select_related("organisation")

    def keyed(self, key: str) -> "IdentityProvider | None":
        """The one in force by which a connection names it."""
        try:
            organisation = uuid.UUID(key.removeprefix(KEY))
        except ValueError:
            return None
        rows = self.in_force().filter(organisation=organisation)
        return rows.first() if key == f"{KEY}{organisation}" else None

    def for_address(self, address: str) -> "IdentityProvider | None":
        """The one in force to whose organisation the domain of an address belongs."""
        named = MailDomain.objects.filter(name=domain_of(address), confirmed=True)
        return self.in_force().filter(domains__in=named).first()

    def of_people(self, person: User) -> "IdentityProviderQuerySet":
        """Those in force of the organisations that the person belongs to."""
        memberships = Membership.objects.filter(user=person, until=None)
        return self.in_force().filter(organisation__in=memberships.values("organisation"))

    def to_confirm(self) -> "IdentityProviderQuerySet":
        """Those whose domains no officer has looked at, the longest waiting first."""
        waiting = MailDomain.objects.filter(confirmed=False).values("provider")
        return self.in_force().filter(pk__in=waiting).order_by("changed_at")

    def demanded_of(self, person: User, *, at: datetime) -> "list[IdentityProvider]":
        """Those by one of which the person must sign in (rule R87): not a manager, who keeps every
        way in; nobody whom it cannot let in."""
        managed = Membership.objects.filter(user=person, until=None, role=Role.MANAGER)
        rows = self.of_people(person).filter(only=True)
        demanding = rows.exclude(organisation__in=managed.values("organisation"))
        return [each for each in demanding if each.reaches(person) and each.opens(person, at=at)]


class IdentityProvider(models.Model):
    """The provider through which an organisation's people sign in; one for each organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="identity_provider"
    )
    issuer = models.CharField(_("address of the identity provider"), max_length=200)
    client_id = models.CharField(_("client id"), max_length=200)
    sealed_secret = models.TextField()  # encrypted: sealed.py
    only = models.BooleanField(_("members must sign in by it"), default=False)
    since = models.DateTimeField()  # of address, client id and secret: sign-ins before are over
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = IdentityProviderQuerySet.as_manager()

    class Meta:
        verbose_name = _("own sign-in")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.issuer}"

    @classmethod
    def of(cls, organisation: Organisation) -> "IdentityProvider":
        """The organisation's; one that is not kept yet where it has none."""
        kept = cls.objects.filter(organisation=organisation).first()
        provider = kept or cls(organisation=organisation)
        provider.organisation = organisation
        return provider

    @property
    def is_set(self) -> bool:
        return self.since is not None

    @property
    def key(self) -> str:
        """By which connections and addresses name it; it stays when it is set anew."""
        return f"{KEY}{self.organisation_id}"

    def secret(self) -> str:
        """The client secret; empty where this portal has another SECRET_KEY than when it was
        set."""
        try:
            return cipher().decrypt(self.sealed_secret.encode()).decode()
        except InvalidToken:
            return ""

    def app(self) -> SocialApp:
        """As allauth wants it; never kept."""
        return SocialApp(
            provider="openid_connect",
            provider_id=self.key,
            name=self.organisation.name,
            client_id=self.client_id,
            secret=self.secret(),
            settings={"server_url": self.issuer},
        )

    def domain_names(self, *, confirmed: bool | None = None) -> list[str]:
        """Its mail domains, all or those that an officer did or did not confirm."""
        if not self.is_set:
            return []
        rows = self.domains.all() if confirmed is None else self.domains.filter(confirmed=confirmed)
        return [domain.name for domain in rows]

    def speaks_for(self, address: str) -> bool:
        """Whether the address is in a domain that was confirmed to be the organisation's."""
        return domain_of(address) in self.domain_names(confirmed=True)

    def reaches(self, person: User) -> bool:
        """Whether the person is connected with it, or will be at the first sign-in."""
        connected = SocialAccount.objects.filter(user=person, provider=self.key).exists()
        return connected or self.speaks_for(person.email)

    def opens(self, person: User, *, at: datetime) -> bool:
        """Whether it may let this person in: a member here, and nowhere that trusts another
        provider; or who never belonged anywhere and has an account that it made for an open
        letter."""
        names = ("until", "organisation", "organisation__identity_provider__issuer")
        ever = list(Membership.objects.filter(user=person).values_list(*names))
        trusted = {organisation: issuer for until, organisation, issuer in ever if until is None}
        if self.organisation_id in trusted:
            return set(trusted.values()) == {self.issuer}
        return not ever and self._made_for_a_letter(person, at)

    def _made_for_a_letter(self, person: User, at: datetime) -> bool:
        """Whether an account that never belonged anywhere is one that it made for a letter that is
        still open. A letter opens no account that was there before: its owner accepts."""
        letters = self.letters_to(person.email, at=at).filter(invited_at__lte=person.date_joined)
        connections = SocialAccount.objects.filter(user=person, provider=self.key)
        return connections.exists() and letters.exists()

    def letters_to(self, address: str, *, at: datetime) -> models.QuerySet[Invitation]:
        """The open letters of the organisation to an address of its own domains."""
        letters = Invitation.objects.open(at=at).filter(organisation=self.organisation_id)
        return letters.filter(email=address.lower()) if self.speaks_for(address) else letters.none()

    def may_change(self, *, by: User, at: datetime) -> None:
        self.organisation.may_change_details(by=by, at=at)
        if self.organisation.kind == Organisation.Kind.CENTRE:
            raise NotAllowed(gettext("The operator sets through whom the centre’s people sign in."))
        if self.organisation.status != Organisation.Status.VERIFIED:
            words = gettext("A sign-in of its own is for an organisation that the centre verified.")
            raise IllegalMove(words)

    def change(
        self,
        *,
        by: User,
        at: datetime,
        issuer: str,
        client_id: str,
        client_secret: str,
        domains: Iterable[str],
        only: bool,
    ) -> None:
        """Set it, or set it otherwise. An empty secret keeps the one that is kept, for the same
        address and client id alone, or another address would be sent it."""
        self.may_change(by=by, at=at)
        issuer, names = issuer_of(issuer), domains_of(domains)
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=self.organisation_id)
            kept = IdentityProvider.objects.filter(organisation=self.organisation_id).first()
            wanted = {"issuer": issuer, "client_id": client_id, "only": only}
            changed = [name for name in wanted if getattr(kept, name, None) != wanted[name]]
            if not client_secret and (not kept or {"issuer", "client_id"} & set(changed)):
                raise NotReady(gettext("Give the client secret that belongs to these."))
            if names != sorted(kept.domain_names() if kept else []):
                changed.append("domains")
            changed += ["client_secret"] if client_secret else []
            if not changed:
                raise NotReady(gettext("It says so already. Change what is not so."))
            self._keep(kept, wanted, client_secret, changed, by, at)
            self._name_domains(names, changed)
            if "issuer" in changed:
                self._part()
            detail = {"changed": sorted(changed), "issuer": issuer, "domains": names, "only": only}
            self._record(steps.ORGANISATION_SIGN_ON_SET, by, at, detail=detail)

    def _keep(
        self,
        kept: "IdentityProvider | None",
        wanted: dict[str, Any],
        client_secret: str,
        changed: list[str],
        by: User,
        at: datetime,
    ) -> None:
        """Write the row. Who was let in before it had this address, id and secret is asked anew."""
        stamps = {"changed_at": at, "changed_by": by}
        if client_secret:
            stamps["sealed_secret"] = cipher().encrypt(client_secret.encode()).decode()
        if client_secret or {"issuer", "client_id"} & set(changed):
            stamps["since"] = at
        if CONFIRMED & set(changed):
            stamps |= {"confirmed_at": None, "confirmed_by": None}
        rows = IdentityProvider.objects.filter(organisation=self.organisation_id)
        if kept:
            rows.update(**wanted, **stamps)
        else:
            rows.create(organisation=self.organisation, **wanted, **stamps)
        self.pk = rows.get().pk
        self.refresh_from_db(from_queryset=rows)

    def _name_domains(self, names: list[str], changed: list[str]) -> None:
        """Where an officer has to look anew, no domain is a confirmed one any more."""
        if CONFIRMED & set(changed):
            self.domains.all().delete()
            MailDomain.objects.bulk_create(MailDomain(provider=self, name=name) for name in names)

    def _part(self) -> None:
        """What one provider calls somebody is nothing that another one says."""
        SocialAccount.objects.filter(provider=self.key).delete()

    def _record(self, step: Step, by: User, at: datetime, **about: Any) -> None:
        record(self.organisation, step, by=by, at=at, organisation=self.organisation, **about)

    def may_remove(self, *, by: User, at: datetime) -> None:
        self.organisation.may_change_details(by=by, at=at)
        if not self.is_set:
            raise IllegalMove(gettext("This organisation has no sign-in of its own."))

    def remove(self, *, by: User, at: datetime) -> None:
        """It lets nobody in any more; secret, domains and connections are gone."""
        self.may_remove(by=by, at=at)
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=self.organisation_id)
            gone, _each = IdentityProvider.objects.filter(pk=self.pk).delete()
            if not gone:
                raise IllegalMove(gettext("This organisation has no sign-in of its own."))
            self._part()
            self._record(steps.ORGANISATION_SIGN_ON_REMOVED, by, at)

    def may_confirm(self, *, by: User, at: datetime) -> None:
        self.organisation.require_judge(by, at=at)
        if not IdentityProvider.objects.to_confirm().filter(pk=self.pk).exists():
            raise IllegalMove(gettext("No domain waits to be confirmed here."))

    def print_of(self, names: Iterable[str]) -> str:
        """A print of what an officer confirms: address, client id and these domains. Whoever sets
        them writes them, so it is one that nobody makes two texts for."""
        words = json.dumps([self.issuer, self.client_id, sorted(names)])
        return hashlib.sha256(words.encode()).hexdigest()

    def _held_as(self, seen: str) -> "tuple[IdentityProvider, list[str]]":
        """The row, held, and its domains; IllegalMove unless they are what the page showed. All of
        them wait: they are confirmed together, or named anew."""
        stands = IdentityProvider.objects.select_for_update().filter(pk=self.pk).first()
        names = stands.domain_names() if stands else []
        if stands is None or stands.print_of(names) != seen:
            raise IllegalMove(gettext("It was changed meanwhile. Look at it again."))
        if stands.confirmed_at or not names:
            raise IllegalMove(gettext("No domain waits to be confirmed here."))
        return stands, names

    def confirm(self, *, by: User, at: datetime, how: str, seen: str) -> None:
        """The officer has found that address and domains are the organisation's; `how` is kept.

        `seen` is the `print_of` what the officer's page showed: that is confirmed, or nothing."""
        self.may_confirm(by=by, at=at)
        with transaction.atomic():
            Organisation.objects.select_for_update().filter(kind=Organisation.Kind.CENTRE).first()
            stands, names = self._held_as(seen)
            others = MailDomain.objects.filter(name__in=names, confirmed=True)
            if taken := others.select_related("provider__organisation").first():
                words = gettext("%(domain)s is confirmed to be of %(name)s already.")
                name = taken.provider.organisation.name
                raise NotReady(words % {"domain": taken.name, "name": name})
            stands.domains.update(confirmed=True)
            IdentityProvider.objects.filter(pk=self.pk).update(confirmed_at=at, confirmed_by=by)
            step, why = steps.ORGANISATION_SIGN_ON_CONFIRMED, reason_required(how)
            self._record(step, by, at, reason=why, detail=looked_at(stands, names))

    def may_decline(self, *, by: User, at: datetime) -> None:
        self.may_confirm(by=by, at=at)

    def decline(self, *, by: User, at: datetime, reason: str, seen: str) -> None:
        """They are not, or it does not show: the domains are taken out again. `seen` as above."""
        self.may_decline(by=by, at=at)
        why = reason_required(reason)
        with transaction.atomic():
            stands, names = self._held_as(seen)
            stands.domains.all().delete()
            step, detail = steps.ORGANISATION_SIGN_ON_DECLINED, looked_at(stands, names)
            self._record(step, by, at, reason=why, detail=detail)


class MailDomain(models.Model):
    """A domain of mail addresses that an organisation says is its own. Once an officer has
    confirmed it, it belongs to one organisation alone."""

    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(_("mail domain"), max_length=LONGEST_DOMAIN)
    confirmed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("mail domain")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "name"], name="mail_domain_named_once"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(confirmed=True), name="mail_domain_of_one"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def looked_at(provider: IdentityProvider, names: list[str]) -> dict[str, Any]:
    """What the log says that an officer looked at."""
    return {"issuer": provider.issuer, "client_id": provider.client_id, "domains": names}


def is_over(proofs: Iterable[dict[str, Any]], person: User, *, at: datetime) -> bool:
    """Whether somebody was let in by a provider of an organisation that would not do so now: it is
    gone or dead, was set anew, or they do not belong there any more."""
    for proof in proofs:
        key = str(proof.get("provider", ""))
        if proof.get("method") != "socialaccount" or not key.startswith(KEY):
            continue
        provider = IdentityProvider.objects.keyed(key)
        if provider is None or float(proof["at"]) < provider.since.timestamp():
            return True
        if not provider.opens(person, at=at):
            return True
    return False
