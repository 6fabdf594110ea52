"""The language of a page's content beside that of its frame: they differ where the content is not translated."""

from django.conf import settings
from django.utils.translation import activate
from djangocms_versioning.versionables import for_content

from mscoe_portal.toolbar_in_use import toolbar_in_use


class ShownLanguageMiddleware:
    """Render the page's frame in the reader's language, and tell templates `shown_language`: that of the content.

    django CMS activates the language of an untranslated page's content for the whole page. An editor's preview gets
    the frame that its readers will see.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_template_response(self, request, response):
        toolbar = toolbar_in_use(request)
        language = getattr(toolbar and toolbar.get_object(), "language", None)
        if language:
            if toolbar.edit_mode_active or toolbar.preview_mode_active:
                request.LANGUAGE_CODE = language
            activate(request.LANGUAGE_CODE)
            # The CMS would take it from `?language=`, which anybody can write.
            request._cms_language = language  # noqa: SLF001 - there is no public name for it
            response.context_data = {**(response.context_data or {}), "shown_language": language}
        return response


def translations_of(content):
    """The published contents, one a language, of the page or record that `content` (versioned) belongs to.

    In the order of settings.LANGUAGES.
    """
    grouper = type(content)._meta.get_field(for_content(content).grouper_field_name)
    contents = getattr(getattr(content, grouper.name), grouper.remote_field.get_accessor_name())
    found = {other.language: other for other in contents.all()}
    return [found[code] for code, _name in settings.LANGUAGES if code in found]
