"""Every page that an editor meets, in each of its states, by name: what the browser tests look at."""

from dataclasses import dataclass

from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from cms.utils.urlutils import admin_reverse
from django.urls import reverse
from django.utils.http import urlencode, urlsafe_base64_encode
from djangocms_versioning.helpers import version_list_url

from mscoe_portal.accounts.invitations import InvitationTokens
from tests.editor_contents import AUTHOR, CAREFUL, COLLEAGUE, GUARDED, MANAGER, NEWCOMER, REVIEWER
from tests.review.people import version_of

BOARD = ".cms-toolbar-item-cms-mode-switcher a"  # shows the parts of a page
WINDOW = ".cms-modal-frame iframe"
MENU = ".cms-toolbar [aria-label='Put in']"  # of the text editor's toolbar


@dataclass(frozen=True)
class Page:
    """Who looks at which address, what they press there, what a script shows then, and words that tell this state.

    `opens` is pressed one after the other; "frame >> part" is a part in a frame.
    With `sends` the page is the answer to a form that sends this; with `changes`, to the form that is there with
    these values changed; with `meanwhile`, once somebody else has changed these. `session` is what the person's
    session holds from then on.
    """

    path: str
    person: str = AUTHOR
    sends: dict | None = None
    changes: dict | None = None
    meanwhile: dict | None = None
    session: dict | None = None
    opens: tuple[str, ...] = ()
    waits_for: str = ""
    shows: str = ""


def record(content):
    """Address of the form of the record of `content`."""
    name = content._meta.model_name.removesuffix("content")
    grouper = getattr(content, content.grouper_field_name)
    return admin_reverse(f"stemcells_{name}_change", args=[grouper.pk]) + "?language=en"


def step(content, code):
    return reverse("review:step", args=[version_of(content).pk, code])


def of_version(content, action):
    version = version_of(content)
    name = version.versionable.version_model_proxy._meta.model_name
    return admin_reverse(f"djangocms_versioning_{name}_{action}", args=[version.pk])


def new_plugin(plugin_type, placeholder, **values):
    values = {
        "plugin_type": plugin_type,
        "placeholder_id": placeholder.pk,
        "target_language": "en",
        "plugin_language": "en",
        "language": "en",
        "plugin_position": 1,
        "cms_path": "/",
    } | values
    return admin_reverse("cms_placeholder_add_plugin") + "?" + urlencode(values)


def inside(text):
    return {"plugin_parent": text.pk, "plugin_position": text.position + 1}


def plugin(instance):
    return admin_reverse("cms_placeholder_edit_plugin", args=[instance.pk]) + "?cms_path=/"


def form_of(client, path):
    """What the form at `path` would send."""
    form = client.get(path).context["adminform"].form
    return {field.html_name: field.value() for field in form if field.value() is not None}


def invitation(user):
    uid = urlsafe_base64_encode(str(user.pk).encode())
    return reverse("accounts:accept-invitation", args=[uid, InvitationTokens().make_token(user)])


def asked_again(there, **values):
    """The question that comes before an editor is invited, where the second factor was given long ago."""
    given = {"otp_device_id": there.app.persistent_id, "second_factor_given_at": 0}
    invites = {"first_name": "Eva", "last_name": "Roth", "email": "eva@clinic.example"}
    return Page(_add("auth_user"), CAREFUL, invites | values, session=given, shows="You are about to do this")


def _list(model):
    return admin_reverse(f"{model}_changelist")


def _add(model):
    return admin_reverse(f"{model}_add")


# Each a function of what `editor_contents.make_contents` gives.
PAGES = {
    "sign in": lambda there: Page("/admin/login/?next=/admin/", ""),
    "sign in, refused": lambda there: Page("/admin/login/?next=/admin/", "", {"username": "nobody", "password": "no"}),
    "sign in, empty": lambda there: Page("/admin/login/?next=/admin/", "", {"username": "", "password": ""}),
    "sign in, locked out": lambda there: Page(
        "/admin/login/?next=/admin/", "", {"username": "locked", "password": "no"}
    ),
    "forgotten password": lambda there: Page("/admin/forgotten-password/", ""),
    "forgotten password, with mistakes": lambda there: Page("/admin/forgotten-password/", "", {"email": "x"}),
    "forgotten password, sent": lambda there: Page("/admin/forgotten-password/sent/", ""),
    "new password, too late": lambda there: Page("/admin/new-password/MQ/x/", ""),
    "invitation": lambda there: Page(invitation(there.invited), ""),
    "invitation, too late": lambda there: Page("/admin/invitation/MQ/x/", ""),
    "signed out": lambda there: Page("/admin/logout/", COLLEAGUE, {}),
    "password": lambda there: Page("/admin/password_change/"),
    "password, refused": lambda there: Page(
        "/admin/password_change/", sends={"old_password": "", "new_password1": "1"}
    ),
    "password, changed": lambda there: Page("/admin/password_change/done/"),
    "your sign-in": lambda there: Page(reverse("accounts:your-sign-in")),
    "second factor": lambda there: Page(reverse("accounts:second-factor"), GUARDED),
    "second factor, refused": lambda there: Page(
        reverse("accounts:second-factor"), GUARDED, {"second-factor-recovery_code": "none"}
    ),
    "second factor, to set up": lambda there: Page(reverse("accounts:set-up")),
    "second factor, not set up": lambda there: Page(reverse("accounts:set-up"), sends={"code": "1"}),
    "second factor, to reset": lambda there: Page(
        reverse("accounts:reset-second-factor", args=[there.people[GUARDED].pk]), MANAGER
    ),
    "second factor, before an act": asked_again,
    "second factor, before an act, with mistakes": lambda there: asked_again(there, **{"second-factor-code": "1"}),
    "passkey": lambda there: Page(reverse("accounts:passkey")),
    "passkey, refused": lambda there: Page(reverse("accounts:passkey"), sends={"passkey": "{}"}),
    "desk, author": lambda there: Page("/admin/", waits_for="[data-rules-of] p"),
    "desk, reviewer": lambda there: Page("/admin/", REVIEWER),
    "desk, manager": lambda there: Page("/admin/", MANAGER),
    "desk, part": lambda there: Page(reverse("review:desk_section", args=["never"])),
    "desk, empty part": lambda there: Page(reverse("review:desk_section", args=["attention"])),
    "menu of one app": lambda there: Page("/admin/stemcells/"),
    "cell types": lambda there: Page(_list("stemcells_celltype")),
    "cell types, reviewer": lambda there: Page(_list("stemcells_celltype"), REVIEWER),
    "cell types, none found": lambda there: Page(_list("stemcells_celltype") + "?q=xyzzy"),
    "cell types, Spanish": lambda there: Page(_list("stemcells_celltype") + "?language=es"),
    "clinic risks": lambda there: Page(_list("stemcells_clinicriskarticle")),
    "recommendations": lambda there: Page(_list("stemcells_recommendation")),
    "disclaimers": lambda there: Page(_list("stemcells_disclaimer")),
    "sources": lambda there: Page(_list("stemcells_reference")),
    "sources, manager": lambda there: Page(_list("stemcells_reference"), MANAGER),
    "sources, filtered": lambda there: Page(_list("stemcells_reference") + "?status__exact=retracted"),
    "quick links and notice": lambda there: Page(_list("djangocms_alias_alias")),
    "pages and menu": lambda there: Page(
        _list("cms_pagecontent"), waits_for="[role=tree]:not([aria-busy=true]) .jstree-anchor"
    ),
    "pages and menu, filter": lambda there: Page(
        _list("cms_pagecontent"),
        opens=(".js-cms-pagetree-header-filter-trigger > a",),
        waits_for="[role=tree]:not([aria-busy=true]) .jstree-anchor",
    ),
    "names of clinicians": lambda there: Page(_list("review_clinician"), MANAGER),
    "redirects": lambda there: Page(_list("redirects_redirect"), MANAGER),
    "people": lambda there: Page(_list("auth_user"), MANAGER),
    "sites": lambda there: Page(_list("sites_site"), MANAGER),
    "audit": lambda there: Page(_list("review_auditentry"), REVIEWER),
    "audit, filtered": lambda there: Page(_list("review_auditentry") + "?act__exact=approved&q=e", REVIEWER),
    "audit, none found": lambda there: Page(_list("review_auditentry") + "?q=xyzzy", REVIEWER),
    "add a cell type": lambda there: Page(_add("stemcells_celltype")),
    "add a cell type, with mistakes": lambda there: Page(
        _add("stemcells_celltype"), sends={"content__slug": "A B", "content__language": "en"}
    ),
    "add a clinic risk": lambda there: Page(_add("stemcells_clinicriskarticle")),
    "add a clinic risk, with mistakes": lambda there: Page(_add("stemcells_clinicriskarticle"), sends={}),
    "add a recommendation": lambda there: Page(_add("stemcells_recommendation")),
    "add a disclaimer": lambda there: Page(_add("stemcells_disclaimer")),
    "add a source": lambda there: Page(_add("stemcells_reference")),
    "add a source, with mistakes": lambda there: Page(_add("stemcells_reference"), sends={"doi": "x", "year": "x"}),
    "add a redirect": lambda there: Page(_add("redirects_redirect"), MANAGER),
    "add a redirect, with mistakes": lambda there: Page(_add("redirects_redirect"), MANAGER, {"old_path": "x"}),
    "add a person": lambda there: Page(_add("auth_user"), MANAGER),
    "add a person, with mistakes": lambda there: Page(_add("auth_user"), MANAGER, {"email": "x"}),
    "cell type, published": lambda there: Page(record(there.published)),
    "cell type, published, reviewer": lambda there: Page(
        record(there.published), REVIEWER, shows="Change the review plan"
    ),
    "cell type, draft": lambda there: Page(record(there.draft)),
    "cell type, draft with mistakes": lambda there: Page(
        record(there.draft), changes={"content__slug": "hsc", "content__drawing": "hsc", "content__summary": "A" * 400}
    ),
    "cell type, saved meanwhile": lambda there: Page(
        record(there.draft), changes={"content__concern": "Mine."}, meanwhile={"content__concern": "Theirs."}
    ),
    "cell type, not saved": lambda there: Page(record(there.locked), sends={"content__concern": "Mine."}),
    "cell type, locked": lambda there: Page(record(there.locked)),
    "cell type, to take over": lambda there: Page(record(there.locked), REVIEWER),
    "cell type, waiting": lambda there: Page(record(there.waiting)),
    "cell type, to approve": lambda there: Page(record(there.waiting), REVIEWER),
    "cell type, returned": lambda there: Page(record(there.returned)),
    "cell type, approved": lambda there: Page(record(there.approved)),
    "cell type, to publish": lambda there: Page(record(there.approved), REVIEWER),
    "cell type, withdrawn": lambda there: Page(record(there.withdrawn)),
    "cell type, archived": lambda there: Page(record(there.archived)),
    "cell type, to translate": lambda there: Page(record(there.published).replace("=en", "=es")),
    "clinic risk, draft": lambda there: Page(record(there.article)),
    "recommendation, draft": lambda there: Page(record(there.recommendation)),
    "disclaimer, draft": lambda there: Page(record(there.disclaimer)),
    "source": lambda there: Page(admin_reverse("stemcells_reference_change", args=[there.source.pk])),
    "source, to read": lambda there: Page(admin_reverse("stemcells_reference_change", args=[there.cited.pk])),
    "source, manager": lambda there: Page(admin_reverse("stemcells_reference_change", args=[there.source.pk]), MANAGER),
    "source, to delete": lambda there: Page(
        admin_reverse("stemcells_reference_delete", args=[there.source.pk]), MANAGER
    ),
    "source, not to be deleted": lambda there: Page(
        admin_reverse("stemcells_reference_delete", args=[there.cited.pk]), MANAGER
    ),
    "source, log": lambda there: Page(admin_reverse("stemcells_reference_history", args=[there.source.pk])),
    "redirect": lambda there: Page(admin_reverse("redirects_redirect_change", args=[there.redirect.pk]), MANAGER),
    "redirect, to delete": lambda there: Page(
        admin_reverse("redirects_redirect_delete", args=[there.redirect.pk]), MANAGER
    ),
    "site": lambda there: Page(admin_reverse("sites_site_change", args=[1]), MANAGER),
    "person": lambda there: Page(admin_reverse("auth_user_change", args=[there.people[AUTHOR].pk]), MANAGER),
    "person, invited": lambda there: Page(admin_reverse("auth_user_change", args=[there.invited.pk]), MANAGER),
    "person’s password": lambda there: Page(
        admin_reverse("auth_user_password_change", args=[there.people[AUTHOR].pk]), MANAGER
    ),
    "own name": lambda there: Page(admin_reverse("review_clinician_change", args=[there.clinician.pk]), REVIEWER),
    "own name, with mistakes": lambda there: Page(
        admin_reverse("review_clinician_change", args=[there.clinician.pk]), REVIEWER, changes={"name": ""}
    ),
    "own name, to give": lambda there: Page(_list("review_clinician"), NEWCOMER, shows="Your name, as readers see it"),
    "own name, given with mistakes": lambda there: Page(
        _add("review_clinician"), NEWCOMER, {"name": ""}, shows="There is a problem"
    ),
    "part of every page": lambda there: Page(
        admin_reverse("djangocms_alias_alias_change", args=[there.quick_links.alias_id]) + "?language=en"
    ),
    "part of every page, draft": lambda there: Page(
        admin_reverse("djangocms_alias_alias_change", args=[there.alias_draft.pk]) + "?language=en"
    ),
    "versions of a cell type": lambda there: Page(version_list_url(there.published), REVIEWER),
    "versions of a draft": lambda there: Page(version_list_url(there.returned)),
    "versions of a page": lambda there: Page(version_list_url(there.page_draft)),
    "versions of a quick link": lambda there: Page(version_list_url(there.quick_links) + "&language=en"),
    "revert": lambda there: Page(of_version(there.withdrawn, "revert")),
    "archive": lambda there: Page(of_version(there.draft, "archive")),
    "comparison, all new": lambda there: Page(of_version(there.page_draft, "compare")),
    "comparison, nothing changed": lambda there: Page(of_version(there.published, "compare")),
    "review of a draft": lambda there: Page(reverse("review:version", args=[version_of(there.returned).pk])),
    "review of what is public": lambda there: Page(
        reverse("review:version", args=[version_of(there.published).pk]), REVIEWER
    ),
    "submit": lambda there: Page(step(there.draft, "submit")),
    "submit, with mistakes": lambda there: Page(
        step(there.draft, "submit"), sends={"reviewer": "0", "note": "A" * 9999}
    ),
    "submit, refused": lambda there: Page(step(there.locked, "submit")),
    "approve": lambda there: Page(step(there.waiting, "approve"), REVIEWER),
    "approve, changed meanwhile": lambda there: Page(step(there.waiting, "approve") + "?seen=old", REVIEWER),
    "approve, with mistakes": lambda there: Page(
        step(there.waiting, "approve"), REVIEWER, {"seen": "x", "comment": "A" * 9999}
    ),
    "return": lambda there: Page(step(there.waiting, "return"), REVIEWER),
    "return, with mistakes": lambda there: Page(step(there.waiting, "return"), REVIEWER, {"comment": ""}),
    "publish": lambda there: Page(step(there.approved, "publish"), REVIEWER),
    "still correct": lambda there: Page(step(there.published, "still-correct"), REVIEWER),
    "withdraw": lambda there: Page(step(there.used, "withdraw"), REVIEWER),
    "withdraw, with mistakes": lambda there: Page(step(there.used, "withdraw"), REVIEWER, {"reason": ""}),
    "review plan": lambda there: Page(step(there.published, "plan"), REVIEWER),
    "review plan, with mistakes": lambda there: Page(step(there.published, "plan"), REVIEWER, {"months": "0"}),
    "take back": lambda there: Page(step(there.waiting, "take-back")),
    "share": lambda there: Page(reverse("review:share", args=[version_of(there.draft).pk])),
    "share, with a link": lambda there: Page(
        reverse("review:share", args=[version_of(there.draft).pk]), sends={"days": "7"}
    ),
    "share, with mistakes": lambda there: Page(
        reverse("review:share", args=[version_of(there.draft).pk]), sends={"days": "x"}
    ),
    "share, refused": lambda there: Page(reverse("review:share", args=[version_of(there.published).pk])),
    "preview of a cell type": lambda there: Page(get_object_preview_url(there.waiting), REVIEWER),
    "preview of a page": lambda there: Page(get_object_preview_url(there.page_draft)),
    "preview of the quick links": lambda there: Page(get_object_preview_url(there.quick_links)),
    "text of a page": lambda there: Page(get_object_edit_url(there.page_draft)),
    "parts of a page": lambda there: Page(
        get_object_edit_url(there.page_draft),
        opens=(BOARD,),
        waits_for=".cms-dragitem-text",
    ),
    "parts of a page, menu of a part": lambda there: Page(
        get_object_edit_url(there.page_draft),
        opens=(BOARD, f".cms-draggable-{there.callout.pk} .cms-submenu-settings"),
        waits_for=f".cms-draggable-{there.callout.pk} [data-rel=cut]",
    ),
    "parts of a page, menu of a place": lambda there: Page(
        get_object_edit_url(there.page_draft),
        opens=(BOARD, f".cms-dragarea-{there.placeholder.pk} .cms-dragbar .cms-submenu-settings"),
        waits_for=f".cms-dragbar-{there.placeholder.pk} [data-rel=copy]",
    ),
    "parts of a page, what can be added": lambda there: Page(
        get_object_edit_url(there.page_draft),
        opens=(BOARD, f".cms-dragarea-{there.placeholder.pk} .cms-dragbar .cms-submenu-add"),
        waits_for=".cms-modal-open .cms-submenu-item a",
    ),
    "window for a part": lambda there: Page(
        get_object_edit_url(there.page_draft),
        opens=(BOARD, f".cms-draggable-{there.text.pk} .cms-submenu-edit"),
        waits_for=".cms-modal-buttons .cms-btn-caution",
    ),
    "window for a part, citation": lambda there: Page(
        get_object_edit_url(there.page_draft),
        opens=(
            BOARD,
            f".cms-draggable-{there.text.pk} .cms-submenu-edit",
            f"{WINDOW} >> {MENU}",
            f"{WINDOW} >> [data-cmsplugin=CitationPlugin]",
        ),
        waits_for=".cms-dialog iframe >> .select2-selection",
    ),
    "public page, signed in": lambda there: Page("/about/"),
    "add a page": lambda there: Page(_add("cms_pagecontent") + "?language=en"),
    "add a page, with mistakes": lambda there: Page(_add("cms_pagecontent") + "?language=en", sends={"title": ""}),
    "page’s settings": lambda there: Page(admin_reverse("cms_pagecontent_change", args=[there.page_draft.pk])),
    "page’s settings, with mistakes": lambda there: Page(
        admin_reverse("cms_pagecontent_change", args=[there.page_draft.pk]), changes={"title": "", "slug": "a b"}
    ),
    "page’s advanced settings": lambda there: Page(admin_reverse("cms_page_advanced", args=[there.page.pk]), REVIEWER),
    "wizard": lambda there: Page(admin_reverse("cms_wizard_create") + "?language=en"),
    "text": lambda there: Page(plugin(there.text), waits_for=".tiptap p"),
    "text, menu of the toolbar": lambda there: Page(
        plugin(there.text), opens=(MENU,), waits_for="[data-cmsplugin=CitationPlugin]"
    ),
    "text, new table": lambda there: Page(
        plugin(there.text), opens=(".cms-toolbar .dropdown:has([data-rows]) > [role=button]",), waits_for="[data-rows]"
    ),
    "text, link": lambda there: Page(
        plugin(there.text), opens=(".cms-toolbar [data-action=Link]",), waits_for=".Link-form .cms-linkfield-input"
    ),
    "text, refused": lambda there: Page(plugin(there.text), changes={"body": '<p><a href="x:y">A link</a></p>'}),
    "add a text": lambda there: Page(new_plugin("TextPlugin", there.placeholder), waits_for=".tiptap"),
    "citation": lambda there: Page(plugin(there.citation)),
    "citation, list of sources": lambda there: Page(
        plugin(there.citation), opens=(".select2-selection",), waits_for=".select2-results__option"
    ),
    "add a citation": lambda there: Page(new_plugin("CitationPlugin", there.placeholder, **inside(there.text))),
    "add a citation, with mistakes": lambda there: Page(
        new_plugin("CitationPlugin", there.placeholder, **inside(there.text)), sends={}
    ),
    "call-out": lambda there: Page(plugin(there.callout)),
    "add a call-out, with mistakes": lambda there: Page(new_plugin("CalloutPlugin", there.placeholder), sends={}),
    "add a cell-type list": lambda there: Page(new_plugin("CellTypeListPlugin", there.placeholder)),
    "add a card": lambda there: Page(new_plugin("CellTypeCardPlugin", there.placeholder)),
    "add a teaser": lambda there: Page(new_plugin("ClinicRiskTeaserPlugin", there.placeholder)),
    "add a recommendation call-out": lambda there: Page(new_plugin("RecommendationCalloutPlugin", there.placeholder)),
    "add a disclaimer note": lambda there: Page(new_plugin("DisclaimerNotePlugin", there.placeholder)),
    "delete a part": lambda there: Page(
        admin_reverse("cms_placeholder_delete_plugin", args=[there.callout.pk]) + "?cms_path=/"
    ),
    "pictures and files": lambda there: Page("/admin/filer/folder/"),
    "pictures and files, folder": lambda there: Page(
        admin_reverse("filer-directory_listing", kwargs={"folder_id": there.folder.pk})
    ),
    "pictures and files, to choose": lambda there: Page(
        admin_reverse("filer-directory_listing", kwargs={"folder_id": there.folder.pk}) + "?_pick=file&_popup=1"
    ),
    "picture": lambda there: Page(admin_reverse("filer_image_change", args=[there.image.pk])),
    "new folder": lambda there: Page(
        admin_reverse("filer-directory_listing-make_folder", kwargs={"folder_id": there.folder.pk}) + "?_popup=1"
    ),
    "forbidden": lambda there: Page("/admin/auth/user/"),
    "not found": lambda there: Page("/admin/nothing/"),
}


def answer(page, client):
    """What the server answers when the person opens `page`, or sends its form."""
    if page.session:
        session = client.session
        session.update(page.session)
        session.save()
    sends = page.sends
    if page.changes is not None:
        sends = form_of(client, page.path) | page.changes
    if page.meanwhile:
        client.post(page.path, sends | page.meanwhile)
    return client.get(page.path) if sends is None else client.post(page.path, sends)
