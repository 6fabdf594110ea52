"""The groups of editors. What a member may do is written here and nowhere else: each `migrate` sets it anew."""

from cms.plugin_pool import plugin_pool
from django.apps import apps as registry
from django.contrib.auth.management import create_permissions

CHANGE, WRITE = ("view", "change"), ("view", "change", "add")
ALL = (*WRITE, "delete")

# Nobody may delete a record, a page or an alias: that would take its public content and its history away with it.
# A draft that is not wanted is archived.
AUTHORS = {
    "stemcells.celltype": WRITE,
    "stemcells.celltypecontent": WRITE,
    "stemcells.clinicriskarticle": WRITE,
    "stemcells.clinicriskarticlecontent": WRITE,
    "stemcells.recommendation": WRITE,
    "stemcells.recommendationcontent": WRITE,
    "stemcells.disclaimer": WRITE,
    "stemcells.disclaimercontent": WRITE,
    "stemcells.reference": WRITE,
    "cms.page": WRITE,
    "cms.placeholder": ("use_structure",),
    # Not "add": who may add an alias may also delete one (djangocms_alias.admin.AliasAdmin.has_delete_permission).
    "djangocms_alias.alias": CHANGE,
    "djangocms_alias.aliascontent": CHANGE,
    "djangocms_versioning.aliascontentversion": CHANGE,
    "djangocms_versioning.celltypecontentversion": CHANGE,
    "djangocms_versioning.clinicriskarticlecontentversion": CHANGE,
    "djangocms_versioning.disclaimercontentversion": CHANGE,
    "djangocms_versioning.pagecontentversion": CHANGE,
    "djangocms_versioning.recommendationcontentversion": CHANGE,
    "filer.folder": (*WRITE, "can_use_directory_listing"),
    "filer.file": WRITE,
    "filer.image": WRITE,
}
REVIEWERS = AUTHORS | {
    "cms.page": (*WRITE, "publish"),
    # Takes a draft over that its author keeps locked.
    "djangocms_versioning.version": ("delete_versionlock",),
    "review.clinician": ("sign_content",),
    "review.auditentry": ("view",),
}
MANAGERS = REVIEWERS | {
    "review.clinician": ("manage_site",),
    "stemcells.reference": ALL,
    "filer.folder": (*ALL, "can_use_directory_listing"),
    "filer.file": ALL,
    "filer.image": ALL,
    # A user who has written anything cannot be deleted: take "active" away instead.
    "auth.user": WRITE,
    "redirects.redirect": ALL,
    "sites.site": CHANGE,
}
GROUPS = {"Authors": AUTHORS, "Clinical reviewers": REVIEWERS, "Site managers": MANAGERS}


def set_up_groups(*, using="default", apps=registry, **kwargs):
    """Create the groups and give each exactly its permissions. Receives `post_migrate`."""
    try:
        groups, permissions = (apps.get_model("auth", name).objects.using(using) for name in ("Group", "Permission"))
    except LookupError:
        return  # migrated only as far as another app
    for app_config in registry.get_app_configs():
        create_permissions(app_config, verbosity=0, using=using)
    ids = {
        (label, codename): pk
        for pk, label, codename in permissions.values_list("pk", "content_type__app_label", "codename")
    }
    plugins = dict.fromkeys((plugin.model._meta.label_lower for plugin in plugin_pool.get_all_plugins()), ALL)
    for name, rights in GROUPS.items():
        group, _created = groups.get_or_create(name=name)
        group.permissions.set([ids[right] for right in _codenames(plugins | rights)])


def _codenames(rights):
    """Yield (app label, codename) for each right: "view" of a model is "view_<model>", a longer name is one already."""
    for label, actions in rights.items():
        app_label, model_name = label.split(".")
        for action in actions:
            yield app_label, action if "_" in action else f"{action}_{model_name}"
