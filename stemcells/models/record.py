"""What all records share. A record is a grouper (its identity) and contents (its words in a language, versioned)."""

from cms.models import PageUrl
from cms.models.fields import PlaceholderRelationField
from cms.utils.placeholder import get_placeholder_from_slot
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.constants import DRAFT, PUBLISHED

from stemcells.choices import languages
from stemcells.querysets import RecordContentQuerySet


class Record(models.Model):
    """The identity of a record: what others point at. Its words are in its contents.

    `key` is the natural key; it is given once, from the first slug or title, and never changes.
    """

    key = models.SlugField(_("key"), max_length=100, unique=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["key"]

    def __str__(self):
        """Its title for editors: in the site's own language, where it has words in that."""
        contents = self.latest_first()
        content = contents.filter(language=settings.LANGUAGE_CODE).first() or contents.first()
        return str(content) if content else self.key

    def latest_first(self):
        """All its contents, of each language the latest first: the draft, or what is public, else the newest.

        Versioning's `latest_content` gives the latest alone, by a query that takes Django four times as long to
        compile. So only `first()` and `in` may be asked of what this gives.
        """
        is_current = Case(When(versions__state__in=[DRAFT, PUBLISHED], then=1), default=0)
        contents = self.contents(manager="admin_manager").filter(versions__isnull=False)
        return contents.order_by(is_current.desc(), "-versions__pk")


class RecordContent(models.Model):
    """The words of a record in one language. Versioned; `objects` sees only what is published.

    A concrete model names its foreign key to the record in `grouper_field_name`, its template in `template_name`
    (a preview renders it) and the field that names it in `title_field`.
    """

    grouper_field_name: str
    title_field = "title"
    template_name: str
    # Foreign keys that the templates follow.
    shown_with = ()

    language = models.CharField(_("language"), max_length=15, choices=languages, default=settings.LANGUAGE_CODE)
    placeholders = PlaceholderRelationField()

    objects = RecordContentQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return getattr(self, self.title_field)

    def get_absolute_url(self):
        """Address of the public page, or "" while the page that it hangs under is not published."""
        return ""

    @property
    def record(self):
        return getattr(self, self.grouper_field_name)

    @property
    def changed_on(self):
        """When these words were published, or, of a draft, last changed."""
        return getattr(self, "published_on", None) or self.versions.get().modified

    @cached_property
    def prose(self):
        """The placeholder that holds the record's longer text."""
        return get_placeholder_from_slot(self.placeholders, "prose")

    def get_template(self):
        """The template that the CMS's editor reads the placeholders from."""
        return self.template_name

    def get_title(self, language=None):
        """The title of its page."""
        return str(self)


class AddressedContent(RecordContent):
    """A content with a page of its own: the last part of its address is unique for each language.

    The page opens with its key points.
    """

    slug = models.SlugField(
        _("address"),
        max_length=100,
        help_text=_("Last part of the page’s address: small letters, digits and hyphens."),
    )
    key_points = models.TextField(
        _("key points"), blank=True, help_text=_("Shown first, under “In short”. One point a line.")
    )

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        # The row's own uniqueness cannot say this: each version repeats the slug of the one before.
        taken = type(self).admin_manager.filter(
            slug=self.slug, language=self.language, versions__state__in=[DRAFT, PUBLISHED]
        )
        record_id = getattr(self, f"{self.grouper_field_name}_id")
        if record_id:
            taken = taken.exclude(**{f"{self.grouper_field_name}_id": record_id})
        if other := taken.first():
            raise ValidationError(
                {"slug": _("“%(title)s” already has this address. Choose another one.") % {"title": other}}
            )
        # Readers would get the record, and the page never again, whatever its language: where it is not translated it
        # answers in the others, too.
        path = self.get_absolute_url().removeprefix(f"/{self.language}/").strip("/")
        if path and PageUrl.objects.filter(path=path).exists():
            raise ValidationError(
                {"slug": _("A page already has the address /%(path)s/. Choose another one.") % {"path": path}}
            )

    @property
    def points(self):
        """The key points as a list of lines."""
        return [line.strip() for line in self.key_points.splitlines() if line.strip()]
