from functools import reduce
from operator import and_, or_

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.search.words import pattern

# What a word counts where it stands. A title outweighs a summary and a text together.
IN_TITLE, IN_SUMMARY, IN_TEXT = 8, 3, 1


class SearchEntryQuerySet(models.QuerySet):
    def public(self):
        """Entries of what is published at this moment, whatever the index has missed."""
        version = Version.objects.filter(
            content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), state=PUBLISHED
        )
        return self.filter(Exists(version))

    def shown_in(self, language):
        """One entry for each page or record: in `language` (code) if translated, else in the default language."""
        translated = SearchEntry.objects.public().filter(identity=OuterRef("identity"), language=language)
        return self.filter(Q(language=language) | Q(language=settings.LANGUAGE_CODE) & ~Exists(translated))

    def with_all(self, terms):
        """Entries that have all `terms` (from `words.asked`)."""
        return self.filter(reduce(and_, (_has("words", term) for term in terms)))

    def with_any(self, terms):
        """Entries that have at least one of `terms`."""
        return self.filter(reduce(or_, (_has("words", term) for term in terms)))

    def by_relevance(self, terms):
        """In the order of what `terms` count for where they stand."""
        counts = [
            Case(
                When(_has("title_words", term), then=IN_TITLE),
                When(_has("summary_words", term), then=IN_SUMMARY),
                When(_has("words", term), then=IN_TEXT),
                default=0,
            )
            for term in terms
        ]
        return self.alias(relevance=sum(counts, Value(0))).order_by("-relevance", "title", "pk")


def _has(field, term):
    return reduce(or_, (Q(**{f"{field}__contains": pattern(stem)}) for stem in sorted(term)))


class SearchEntry(models.Model):
    """What the search knows of one published content: where it is, what a result says of it, and its words.

    `identity` is the same for the translations of a page or record. The words are in the form of `words.searchable`;
    `words` are those of title, summary and text together.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveIntegerField()
    identity = models.CharField(max_length=150, db_index=True)
    language = models.CharField(max_length=15)
    url = models.CharField(max_length=2048)
    title = models.CharField(max_length=300)
    summary = models.TextField()
    title_words = models.TextField()
    summary_words = models.TextField()
    words = models.TextField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_type", "object_id"], name="one_entry_a_content")]
        default_permissions = ()

    def __str__(self):
        return self.title
