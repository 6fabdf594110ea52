from cms.app_base import CMSAppConfig, CMSAppExtension
from cms.models import PageUrl, UrlconfRevision
from django.contrib.redirects.models import Redirect
from django.contrib.sites.models import Site
from filer.models import File, Image


class DeliveryExtension(CMSAppExtension):
    """Collects the models whose rows readers see although they have no version.

    An app declares them in its `cms_config.py`: `public_models = [Model, …]`. Every change of a row of theirs moves the
    generation. What is versioned needs no declaration: states of versions, contents and identities are watched.
    """

    def __init__(self):
        self.models = []

    def configure_app(self, cms_config):
        self.models.extend(getattr(cms_config, "public_models", []))


class DeliveryCMSConfig(CMSAppConfig):
    """What the CMS and Django themselves show without a version: addresses, redirects, the site, files.

    The revision says that addresses of views have changed, which the CMS may write down after the change itself.
    """

    delivery_enabled = True
    public_models = [PageUrl, UrlconfRevision, Redirect, Site, File, Image]
