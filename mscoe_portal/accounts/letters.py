"""How letters about an account leave: those for which no answer waits one after another, in a thread of their own."""

from concurrent.futures import ThreadPoolExecutor

from django.conf import settings

TO_CONSOLE = "django.core.mail.backends.console.EmailBackend"
SENDER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")


def can_be_sent():
    """Whether letters reach anybody. Without a mail server they are printed: in a demo; a server's log is no place."""
    return settings.DEMO or settings.EMAIL_BACKEND != TO_CONSOLE
