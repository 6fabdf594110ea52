"""What editors meet, in every state: the contents that the pages of tests/editor_pages.py show."""

from types import SimpleNamespace

from axes.models import AccessAttempt
from django.contrib.redirects.models import Redirect
from django.contrib.sites.models import Site
from django.core.files.base import ContentFile
from django_otp.plugins.otp_totp.models import TOTPDevice
from djangocms_alias.models import AliasContent
from filer.models import Folder, Image

from mscoe_portal.accounts import second_factor
from mscoe_portal.accounts.models import Passkey
from mscoe_portal.loading import loading
from mscoe_portal.review import workflow
from mscoe_portal.review.models import Clinician
from stemcells.models import CellTypeContent, Reference
from tests.factories import (
    add_plugin,
    add_text,
    make_alias,
    make_cell_type,
    make_clinic_risk_article,
    make_disclaimer,
    make_page,
    make_recommendation,
    make_reference,
    make_user,
    page_content,
)
from tests.review.people import version_of

AUTHOR, REVIEWER, MANAGER, COLLEAGUE = "author", "reviewer", "manager", "colleague"
GUARDED = "guarded"  # by a second factor, which was not given yet
CAREFUL = "careful"  # has given the second factor, long ago
NEWCOMER = "newcomer"  # a reviewer whose name readers have not seen yet
LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis"
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40"/></svg>'


def make_people():
    """An author, a colleague of the author, a reviewer and a site manager: {username: user}."""
    return {
        AUTHOR: make_user(AUTHOR, groups=["Authors"], first_name="Ana", last_name="Ruiz"),
        COLLEAGUE: make_user(COLLEAGUE, groups=["Authors"], first_name="Ben", last_name="Okafor"),
        REVIEWER: make_user(REVIEWER, groups=["Clinical reviewers"], first_name="Rosa", last_name="Lind"),
        MANAGER: make_user(MANAGER, groups=["Site managers"], first_name="Mo", last_name="Haddad"),
    }


def make_contents():
    """On top of the first content: what is in every state that an editor can meet. Returns it by name."""
    people = make_people() | {
        GUARDED: make_user(GUARDED, groups=["Authors"]),
        CAREFUL: make_user(CAREFUL, groups=["Site managers"]),
        NEWCOMER: make_user(NEWCOMER, groups=["Clinical reviewers"]),
    }
    TOTPDevice.objects.create(user=people[GUARDED])
    Passkey.objects.create(user=people[GUARDED], credential_id="YWJj", public_key=b"")
    second_factor.make_recovery_codes(people[GUARDED])
    author, reviewer, colleague = people[AUTHOR], people[REVIEWER], people[COLLEAGUE]

    def draft(**values):
        return make_cell_type(user=author, published=False, **values)

    there = SimpleNamespace(
        people=people,
        app=TOTPDevice.objects.create(user=people[CAREFUL]),
        draft=draft(concern=LONG * 3),
        locked=make_cell_type(user=colleague, published=False),
        waiting=draft(),
        returned=draft(),
        approved=draft(),
        archived=draft(),
        withdrawn=make_cell_type(user=author),
        published=CellTypeContent.objects.get(slug="hsc"),
        article=make_clinic_risk_article(user=author, published=False),
        recommendation=make_recommendation(user=author, published=False),
        disclaimer=make_disclaimer(user=author, published=False),
        used=CellTypeContent.objects.get(slug="msc"),
        source=make_reference(),
        cited=Reference.objects.exclude(title__startswith="Title ").first(),
        page=make_page("A page", user=author, published=False),
    )
    add_text(there.page, "<p>See the source.</p>")
    text = add_text(there.page, "<p>A claim</p>")
    there.citation = add_plugin(text.placeholder, "CitationPlugin", "en", target=text, reference=there.source)
    text.body = f'<h2>Heading</h2><p>A claim.<cms-plugin id="{there.citation.pk}"></cms-plugin></p>'
    with loading():
        text.save()
    there.text = text
    there.callout = add_plugin(text.placeholder, "CalloutPlugin", "en", urgency="note", text="Words.")
    there.page_draft = page_content(there.page)
    there.placeholder = there.page_draft.get_placeholders().get(slot="content")
    there.quick_links = AliasContent.admin_manager.get(alias__static_code="quick-links", language="en")
    there.alias_draft = make_alias("draft", user=author, published=False)
    workflow.submit(version_of(there.waiting), author, note="Only the concern.\nNothing else.")
    workflow.submit(version_of(there.returned), author)
    workflow.return_with_comments(version_of(there.returned), reviewer, "Name the source, please.")
    workflow.submit(version_of(there.approved), author)
    workflow.approve(version_of(there.approved), reviewer, comment="Well said.")
    workflow.withdraw(version_of(there.withdrawn), reviewer, "It was a mistake.")
    version_of(there.archived).archive(author)
    there.clinician = Clinician.objects.create(user=reviewer, name="Rosa Lind", credentials="MD")
    there.redirect = Redirect.objects.create(site=Site.objects.get(), old_path="/old/", new_path="/about/")
    there.folder = Folder.objects.create(name="Drawings")
    picture = ContentFile(PICTURE, name="cell.svg")
    there.image = Image.objects.create(
        folder=there.folder, original_filename="cell.svg", file=picture, owner=author, name="A cell"
    )
    there.invited = make_user("invited", password=None, first_name="Eva", email="eva@clinic.example")
    # Of the test client's address.
    AccessAttempt.objects.create(username="locked", ip_address="127.0.0.1", failures_since_start=99)
    return there
