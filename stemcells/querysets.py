from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q


class RecordContentQuerySet(models.QuerySet):
    """Verbs for what readers may see. On `objects`, versioning has already left out all that is not published."""

    def shown_in(self, language):
        """One content for each record: in `language` (code) where published, else in the site's default language.

        Each has `published_on`, the time at which its version was published.
        """
        grouper = self.model.grouper_field_name
        shown = Q(language=language)
        if language != settings.LANGUAGE_CODE:
            translated = self.model.objects.filter(language=language, **{grouper: OuterRef(grouper)})
            shown |= Q(language=settings.LANGUAGE_CODE) & ~Exists(translated)
        found = self.filter(shown).select_related(grouper, *self.model.shown_with)
        return found.annotate(published_on=F("versions__modified"))
