"""Forms of the admin."""

import re
from copy import copy

from cms.admin.utils import CONTENT_PREFIX
from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, slug_re
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mscoe_portal.stale_saves import StampedForm

# A longer text than this is easier to read in a box of several lines.
LONGEST_LINE = 150
# Django's own would let capitals through, and speak of a “slug”.
SOURCE_KEY = RegexValidator(slug_re, _("Use letters, digits and hyphens alone, such as turner-2016."))
ADDRESS = RegexValidator(r"^[a-z0-9-]+\Z", _("Use small letters, digits and hyphens alone, such as neural-stem-cells."))


class RecordForm(StampedForm):
    """The form of a record with its words in one language.

    django CMS fills in the words' fields but asks each field alone. This form also asks the content model, so that
    what the model refuses is told at its field and nothing is saved.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.SlugField):
                field.validators = [ADDRESS]
            if name.startswith(CONTENT_PREFIX) and type(field.widget) is forms.TextInput:
                long = (field.max_length or 0) > LONGEST_LINE
                field.widget = AdminTextareaWidget({"rows": 3}) if long else AdminTextInputWidget()
        if self.instance.pk and not self._content_instance:
            self._begin_translation()

    def _begin_translation(self):
        """Begin with what is the same in every language. The public words stand below their fields, to be translated.

        Not in them: what nobody got round to would be saved as Spanish.
        """
        first = {self._admin.grouper_field_name: self.instance, "language": settings.LANGUAGE_CODE}
        content = self._content_model.objects.filter(**first).first()
        for name, field in self.fields.items():
            value = getattr(content, name.removeprefix(CONTENT_PREFIX), None)
            if not name.startswith(CONTENT_PREFIX) or field.widget.is_hidden or not value:
                continue
            if isinstance(field.widget, forms.TextInput | forms.Textarea):
                words = format_html('<span lang="{}">{}</span>', settings.LANGUAGE_CODE, linebreaksbr(value))
                field.help_text = format_html("{}<br>{} {}", field.help_text, _("In English:"), words)
            else:
                self.initial[name] = value

    def clean(self):
        cleaned_data = super().clean()
        values = {
            name.removeprefix(CONTENT_PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(CONTENT_PREFIX)
        }
        grouper_field = self._admin.grouper_field_name
        values.pop(grouper_field, None)
        content = copy(self._content_instance) or self._content_model(**self._admin.current_content_filters)
        if self.instance.pk:
            setattr(content, grouper_field, self.instance)
        for name, value in values.items():
            setattr(content, name, value)
        checked = {field.name for field in content._meta.fields} & set(values)
        try:
            content.full_clean(exclude={field.name for field in content._meta.fields} - checked)
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                shown = CONTENT_PREFIX + name
                self.add_error(shown if shown in self.fields else None, errors)
        return cleaned_data


class ReferenceForm(StampedForm):
    """The form of a source. People paste an identifier with its web address in front: the identifier alone is kept."""

    IN_FRONT = {
        "doi": re.compile(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE),
        "pubmed_id": re.compile(r"^(https?://(pubmed\.|www\.)?ncbi\.nlm\.nih\.gov/(pubmed/)?|PMID:\s*)", re.IGNORECASE),
    }

    def __init__(self, data=None, *args, **kwargs):
        if data:
            data = data.copy()
            for name in self.IN_FRONT.keys() & data.keys():
                data[name] = self.IN_FRONT[name].sub("", data[name].strip()).rstrip("/")
        super().__init__(data, *args, **kwargs)
        if key := self.fields.get("key"):
            key.validators = [SOURCE_KEY]
        for name in {"title", "authors", "journal", "url"} & self.fields.keys():
            self.fields[name].widget.attrs["class"] = "vLargeTextField"
