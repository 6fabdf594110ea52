"""What hostile requests aim at: a little of everything that has an address, public and not."""

from cms.apphook_pool import apphook_pool
from cms.models import CMSPlugin, Placeholder
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.contrib.redirects.models import Redirect
from djangocms_alias.models import AliasContent
from djangocms_versioning.models import Version
from filer.models import Folder

from mscoe_portal.review import sharing
from tests import factories, site
from tests.review.people import make_author, make_reviewer, version_of

# Stands in every draft and every name of one, and in no answer to a stranger.
MARKER = "Quittenmus"


class Targets:
    """Public pages of every kind; drafts of another author; a file; and people who may do more and more."""

    def __init__(self):
        self.owner = make_author("owner")
        self.people = {
            "author": make_author("author"),
            "reviewer": make_reviewer("reviewer"),
            "manager": factories.make_user("manager", groups=["Site managers"]),
            "superuser": factories.make_user("superuser", is_superuser=True),
        }
        factories.make_page("Home", home=True)
        for hook, _name in apphook_pool.get_apphooks():
            factories.make_page(hook, slug=hook.lower(), apphook=hook)
        self.public = [make(slug="x") for make in (factories.make_cell_type, factories.make_clinic_risk_article)]
        self.drafts = self.make_drafts()
        self.secret = sharing.share(version_of(self.drafts[1]), self.owner, days=7)
        folder = Folder.objects.create(name="Folder", owner=self.owner)
        self.file = factories.make_file(folder=folder, owner=self.owner)
        factories.make_reference()
        Redirect.objects.create(site_id=1, old_path="/old/", new_path="/")
        site.read_addresses()

    def make_drafts(self):
        """Contents with MARKER in their texts: a page, an alias and one of each record."""
        draft = {"user": self.owner, "published": False}
        page = factories.make_page(f"{MARKER} page", slug="draft", **draft)
        factories.add_text(page, f"<p>{MARKER}</p>")
        alias = factories.make_alias("part", plugins=[("TextPlugin", {"body": f"<p>{MARKER}</p>"})], **draft)
        return [
            factories.page_content(page),
            factories.make_cell_type(plural=MARKER, summary=MARKER, name=MARKER, **draft),
            factories.make_clinic_risk_article(title=MARKER, summary=MARKER, **draft),
            factories.make_recommendation(title=MARKER, statement=MARKER, **draft),
            factories.make_disclaimer(title=MARKER, text=MARKER, **draft),
            AliasContent.admin_manager.get(alias=alias),
        ]

    def values(self):
        """What the parts of addresses are, by their names: {name: [values that are really there]}."""
        models = {*admin.site._registry, CMSPlugin, Placeholder, Version}
        ids = {pk for model in models for pk in model._base_manager.values_list("pk", flat=True)[:30]}
        codes = ["submit", "approve", "publish", "withdraw", "waiting", "mine", "rules", "x"]
        contents = [draft._meta.model_name for draft in self.drafts]
        any_id = sorted(ids, key=str)
        return {
            "code": codes,
            "language": ["en", "es"],
            "app_label": [config.label for config in apps.get_app_configs()],
            "content_type_id": [ContentType.objects.get_for_model(draft).pk for draft in self.drafts],
            "proxy": [f"{name}version" for name in contents],
            "secret": [self.secret],
            "slug": ["draft", "x", "searchapphook", "old"],
            "path": [self.file.file.name],
            "size": [16, 64],
            "url": ["x/"],
            "": any_id,
        }
