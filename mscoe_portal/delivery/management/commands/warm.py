from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from lxml import etree

from mscoe_portal.progress import progress_on


class Command(BaseCommand):
    """Finish every public page: those of the sitemap, and all that readers have asked for.

    For the origins (scheme and host, as https://example.org) that are named, else for those that the store knows, else
    for the one that `serve` prints. Raises CommandError when the database cannot be reached, or when the site changes
    meanwhile: whoever changed it has its pages made anew.
    """

    help = "Make every public page now, instead of when it is first asked for."

    def add_arguments(self, parser):
        parser.add_argument("origins", nargs="*", metavar="https://example.org", type=urlsplit)

    def handle(self, *, origins, **options):
        from mscoe_portal.wsgi import application as delivery

        delivery.start()
        pages = delivery.pages
        if not pages.refresh():
            raise CommandError("The database of DATABASE_URL cannot be reached.")
        known = list(pages.store.keys())
        origins = {(origin.scheme, origin.netloc) for origin in origins} or {key[:2] for key in known}
        for origin in origins or {("http", f"{settings.HOST}:{settings.PORT}")}:
            known += self.sitemap(pages, *origin)
        keys = list(dict.fromkeys(known))
        done = 0
        with progress_on(self.stdout) as step:
            show = step("Pages")
            for done, _key in enumerate(pages.warm(keys), start=1):
                show(done, len(keys))
        if done < len(keys):
            raise CommandError("The site changed meanwhile. To make the rest: manage.py warm")
        self.stdout.write(f"{done} pages are finished.")

    @staticmethod
    def sitemap(pages, scheme, host):
        """The keys of the pages that the sitemap at `host` names. Raises CommandError when there is none."""
        page = pages.find((scheme, host, "/sitemap.xml"))
        if not page.status.startswith("200"):
            raise CommandError(f"{scheme}://{host}/sitemap.xml answers {page.status}. Is the host in ALLOWED_HOSTS?")
        addresses = etree.fromstring(page.body).xpath("//*[local-name() = 'loc']/text()")
        return [(scheme, host, urlsplit(address).path) for address in addresses]
