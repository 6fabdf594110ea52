import pytest
from cms.api import add_plugin
from cms.models import CMSPlugin
from djangocms_versioning.models import Version

from mscoe_portal.review.comparison import base_of, compare
from mscoe_portal.review.digest import digest_of
from tests.factories import (
    add_text,
    make_cell_type,
    make_page,
    make_recommendation,
    make_reference,
    make_user,
    page_content,
    publish,
)

pytestmark = pytest.mark.django_db


def version_of(content):
    return Version.objects.get(pk=Version.objects.get_for_content(content).pk)


def new_draft(content):
    """A draft of the published `content`; returns its content."""
    return version_of(content).copy(make_user()).content


def changes_of(content):
    version = version_of(content)
    return compare(version, base_of(version))


def fields(comparison):
    return {change.label: told(change) for change in comparison.fields}


def told(change):
    return [(p.kind, p.text.strip()) for passage in change.passages for p in passage.pieces if p.kind != "same"]


def parts(comparison):
    return [(part.kind, part.name) for area in comparison.areas for part in area.parts]


def page_with(*plugins):
    """A published page with `plugins` (type, values) in its content; returns its content."""
    page = make_page(published=False)
    placeholder = page_content(page).get_placeholders().get(slot="content")
    for plugin_type, values in plugins:
        add_plugin(placeholder, plugin_type, "en", **values)
    return publish(page_content(page))


def plugins_in(content):
    return list(CMSPlugin.objects.filter(placeholder__in=content.get_placeholders()).order_by("position"))


def test_a_draft_that_is_as_what_is_public_has_no_changes():
    content = page_with(("TextPlugin", {"body": "<p>Words.</p>"}), ("CalloutPlugin", {"text": "Look"}))
    assert changes_of(new_draft(content)).is_empty


def test_a_draft_is_compared_with_what_is_public_and_what_is_public_with_what_was_before_it():
    first = make_cell_type()
    assert base_of(version_of(first)) is None
    draft = new_draft(first)
    assert base_of(version_of(draft)).content == first
    publish(draft)
    assert base_of(version_of(draft)).content == first


def test_what_was_never_public_is_new_as_a_whole():
    content = make_cell_type(published=False, summary="A summary.")
    assert fields(changes_of(content))["Summary"] == [("added", "A summary.")]


def test_of_a_new_page_no_setting_is_told_that_no_editor_chose():
    page = make_page("A page", slug="a-page", published=False, template="INHERIT")
    content = page_content(page)
    add_text(page, "<p>Words.</p>")
    add_plugin(content.get_placeholders().get(slot="content"), "PathsPlugin", "en")
    comparison = changes_of(content)
    assert list(fields(comparison)) == ["Title", "Address", "In navigation"]
    assert parts(comparison) == [("added", "Text"), ("added", "Ways onward")]
    assert [change.label for change in comparison.areas[0].parts[0].fields] == ["Words"]


def test_a_setting_of_a_new_page_that_an_editor_chose_is_told():
    content = page_content(make_page(published=False, soft_root=True))
    assert fields(changes_of(content))["Soft root"] == [("added", "yes")]


def test_the_language_of_a_new_record_is_told_by_its_title():
    assert "Language" not in fields(changes_of(make_cell_type(published=False)))


def test_fields_that_no_template_shows_are_compared():
    page = make_page("Old", slug="old")
    draft = new_draft(page_content(page))
    for name, value in {
        "slug": "new",
        "menu_title": "Short",
        "redirect": "/elsewhere/",
        "meta_description": "Found by it.",
        "in_navigation": False,
    }.items():
        setattr(draft, name, value)
    draft.save()
    found = fields(changes_of(draft))
    assert found["Address"] == [("removed", "old"), ("added", "new")]
    assert found["Menu Title"] == [("added", "Short")]
    assert found["Redirect"] == [("added", "/elsewhere/")]
    assert found["Description meta tag"] == [("added", "Found by it.")]
    assert found["In navigation"] == [("removed", "yes"), ("added", "no")]


def test_the_order_and_a_choice_of_a_record_are_compared_in_words():
    draft = new_draft(make_cell_type(position=1, origin="adult"))
    draft.position, draft.origin = 2, "embryonic"
    draft.save()
    found = fields(changes_of(draft))
    assert found["Order"] == [("removed", "1"), ("added", "2")]
    assert found["Origin"] == [("removed", "Adult"), ("added", "Embryonic")]


def test_a_changed_word_of_a_text_is_told():
    draft = new_draft(page_with(("TextPlugin", {"body": "<p>Take 5 mg.</p>"})))
    text = plugins_in(draft)[0].get_bound_plugin()
    text.body = "<p>Take 50 mg.</p>"
    text.save()
    [area] = changes_of(draft).areas
    [part] = area.parts
    assert (area.name, part.kind, part.name) == ("Text", "changed", "Text")
    assert told(part.fields[0]) == [("removed", "5"), ("added", "50")]


def test_added_and_removed_plugins_are_told_with_what_stands_in_them():
    content = page_with(("CalloutPlugin", {"text": "Old"}))
    draft = new_draft(content)
    plugins_in(draft)[0].get_bound_plugin().delete()
    placeholder, record = draft.get_placeholders().get(slot="content"), make_recommendation(title="A position").record
    add_plugin(placeholder, "RecommendationCalloutPlugin", "en", recommendation=record)
    assert parts(changes_of(draft)) == [("added", "Recommendation: A position"), ("removed", "Call-out: Old")]


def test_a_moved_plugin_is_told_once():
    texts = [("TextPlugin", {"body": f"<p>{name} has words of its own.</p>"}) for name in ("One", "Two", "Three")]
    draft = new_draft(page_with(*texts))
    first = plugins_in(draft)[0]
    first.placeholder.move_plugin(first, target_position=3)
    assert parts(changes_of(draft)) == [("moved", "Text")]


def test_a_plugin_put_in_before_a_cited_text_does_not_make_the_text_a_change():
    page = make_page(published=False)
    text = add_text(page, "<p>A claim.</p>")
    citation = add_plugin(text.placeholder, "CitationPlugin", "en", target=text, reference=make_reference())
    text.body = f'<p>A claim.<cms-plugin id="{citation.pk}"></cms-plugin></p>'
    text.save()
    draft = new_draft(publish(page_content(page)))
    callout = add_plugin(draft.get_placeholders().get(slot="content"), "CalloutPlugin", "en", text="Look")
    callout.placeholder.move_plugin(CMSPlugin.objects.get(pk=callout.pk), target_position=1)
    assert parts(changes_of(draft)) == [("added", "Call-out: Look")]


def test_another_source_behind_a_citation_is_told_by_its_words():
    page = make_page(published=False)
    text = add_text(page, "<p>A claim.</p>")
    old, new = make_reference(title="Old trial"), make_reference(title="New trial")
    citation = add_plugin(text.placeholder, "CitationPlugin", "en", target=text, reference=old)
    text.body = f'<p>A claim.<cms-plugin id="{citation.pk}"></cms-plugin></p>'
    text.save()
    draft = new_draft(publish(page_content(page)))
    plugin = next(p.get_bound_plugin() for p in plugins_in(draft) if p.plugin_type == "CitationPlugin")
    plugin.reference = new
    plugin.save()
    [area] = changes_of(draft).areas
    [(_, before), (_, after)] = told(area.parts[0].fields[0])
    assert "Old trial" in before
    assert "New trial" in after


def test_a_change_inside_a_plugin_that_holds_others_is_told_there():
    page = make_page(published=False)
    placeholder = page_content(page).get_placeholders().get(slot="content")
    paths = add_plugin(placeholder, "PathsPlugin", "en")
    add_plugin(placeholder, "PathPlugin", "en", target=paths, name="Old way", address="/a/")
    draft = new_draft(publish(page_content(page)))
    path = next(p.get_bound_plugin() for p in plugins_in(draft) if p.plugin_type == "PathPlugin")
    path.name = "New way"
    path.save()
    [area] = changes_of(draft).areas
    [paths_change] = area.parts
    [path_change] = paths_change.parts
    assert told(path_change.fields[0]) == [("removed", "Old"), ("added", "New")]


def test_a_change_of_spaces_alone_is_told_as_such():
    draft = new_draft(page_with(("TextPlugin", {"body": "<p>Two words.</p>"})))
    text = plugins_in(draft)[0].get_bound_plugin()
    text.body = "<p>Two  words.</p>"
    text.save()
    assert not changes_of(draft).is_empty


def test_whatever_changes_the_digest_is_a_change():
    content = page_with(
        ("TextPlugin", {"body": "<p>One.</p>"}),
        ("CalloutPlugin", {"text": "Look", "urgency": "note"}),
        ("CellTypeListPlugin", {"layout": "cards"}),
    )
    base = version_of(content)
    for change in ({"urgency": "warning"}, {"text": "Other"}, {"layout": "table"}, {"body": "<h2>One.</h2>"}):
        draft = new_draft(content)
        for plugin in plugins_in(draft):
            bound = plugin.get_bound_plugin()
            for name, value in change.items():
                if hasattr(bound, name):
                    setattr(bound, name, value)
                    bound.save()
        version = version_of(draft)
        assert digest_of(version) != digest_of(base)
        assert not compare(version, base).is_empty, change
