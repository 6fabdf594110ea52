"""The portal without a memory: each request makes its page, as the first request after a publish does."""

from mscoe_portal.wsgi import Delivery, django_application


class NoStore:
    entries = {}

    def get(self, key, token):
        return None

    def put(self, key, entry):
        pass

    remove = used = lambda self, key: None

    def keys(self):
        return iter(())


application = Delivery(django_application, store=NoStore())
