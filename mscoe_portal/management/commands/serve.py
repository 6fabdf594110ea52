"""Make the site ready and serve it: the one command behind `make run` and behind a production start."""

import errno
import hashlib
import logging
import os
import socket
import sys
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from pathlib import Path

from cms.utils.apphook_reload import get_global_revision, reload_urlconf
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import IntegrityError, connection, connections
from granian.cli import cli

from mscoe_portal.accounts.demo import create_editors, disable_editors
from mscoe_portal.delivery.models import Generation
from mscoe_portal.delivery.turns import THREADS
from mscoe_portal.errors import write_server_error_page
from mscoe_portal.last_runs import note_start
from mscoe_portal.serving import hold_database


class Command(BaseCommand):
    """Migrate, collect static files, load and index the content, then become the server (granian).

    Takes its address from `HOST` and `PORT`, or from `SOCKET`, the number of processes from `WORKERS`. Each thing that
    can go wrong ends it with one line and exit code 1; `--traceback` shows the rest.
    """

    help = "Make the database and the static files ready, then serve the site."
    # A check may ask the database, and would then fail with a traceback before this command can say why.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--demo",
            action="store_true",
            help="where nobody can sign in yet, create the demo editors 'author' and 'reviewer'",
        )
        parser.add_argument(
            "--prepare", action="store_true", help="only make all ready, which a start then need not do"
        )

    def handle(self, *, demo, prepare, **options):
        if settings.SOCKET:
            free_socket(settings.SOCKET)
        elif not prepare:
            check_address_is_free(settings.HOST, settings.PORT)
        check_database_answers()
        hold_database()
        note_start()
        self.migrate()
        self.collect_static_files()
        with one_line("The content could not be loaded"):
            call_command("load_content", stdout=self.stdout)
        self.make_the_search_ready()
        self.write_server_error_page()
        sign_in = demo_sign_in() if demo else ""
        if not settings.DEMO and (number := disable_editors()):
            self.stdout.write(f"This is no demo any more: {number} demo editors can no longer sign in.")
        connections.close_all()
        if prepare:
            return

        if settings.SOCKET:
            self.stdout.write(f"Serves at {settings.SOCKET}\n")
        else:
            site = f"http://{url_host(settings.HOST)}:{settings.PORT}/"
            self.stdout.write(f"\nThe site:   {site}\nThe admin:  {site}admin/\n{sign_in}Ctrl-C stops it.\n")
        self.stdout.flush()
        become_the_server()

    def migrate(self):
        """Apply the migrations that are due. Raises CommandError with the name of the one that fails.

        Called even when none is due: the groups of editors are set up after each `migrate`.
        """
        progress = StringIO()
        with one_line(lambda: f"The database could not be migrated. {last_line(progress)}"):
            call_command("migrate", interactive=False, no_color=True, stdout=progress)

    def collect_static_files(self):
        """Collect, name and compress the static files, unless none changed since the last time (it takes 20 s)."""
        stamp = Path(settings.STATIC_ROOT).with_suffix(".stamp")
        with one_line("The static files could not be collected"):
            state = static_files_state()
            if Path(settings.STATIC_ROOT).exists() and stamp.exists() and stamp.read_text() == state:
                return
            self.stdout.write("Compressing the static files ...")
            self.stdout.flush()
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(state)

    def make_the_search_ready(self):
        """Index what is public, unless neither that nor the code has changed since this was done last.

        On a large site it takes as long as rendering every text. The token of the generation says what is public, and
        another database has another one.
        """
        stamp = settings.VAR_DIR / "search.stamp"
        code = state_of_code()
        if not (stamp.exists() and stamp.read_text() == f"{Generation.objects.get()} {code}"):
            with one_line("The search could not be made ready"):
                call_command("rebuild_search", verbosity=0)
        # Finished pages of the last start may be made with other templates, styles, code or settings.
        Generation.objects.move()
        stamp.write_text(f"{Generation.objects.get()} {code}")

    def write_server_error_page(self):
        """Make the page for server errors; it names the static files of this start. The site serves without it, too."""
        try:
            reload_urlconf(new_revision=get_global_revision())
            write_server_error_page()
        except Exception as error:  # noqa: BLE001 - no reason not to serve
            self.stderr.write(f"The page for server errors could not be written: {error}")


@contextmanager
def one_line(what_failed):
    """Turn whatever fails inside into a CommandError of one line: `what_failed` (text, or a function that gives it)
    and the first line of the cause. A CommandError says it all already and passes."""
    try:
        yield
    except CommandError:
        raise
    except Exception as error:
        what = what_failed() if callable(what_failed) else what_failed
        cause = next(iter(str(error).splitlines()), "")
        raise CommandError(f"{what}: {cause or type(error).__name__}") from error


def last_line(output):
    return next(reversed(output.getvalue().strip().splitlines()), "").strip(" .")


def check_address_is_free(host, port):
    """Raise CommandError when nothing can listen at `host`:`port`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the server does: a connection that a stopped server left in TIME_WAIT is no hindrance.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address[0], port, *address[2:]))
    except (OSError, OverflowError) as error:
        reason = str(getattr(error, "strerror", None) or error).rstrip(".")
        is_busy = getattr(error, "errno", None) == errno.EADDRINUSE
        advice = f" Choose another, as in: make run PORT={port + 1}" if is_busy else ""
        raise CommandError(f"Cannot serve at {host}, port {port}: {reason}.{advice}") from error


def free_socket(path):
    """Take away the Unix socket that a killed server left at `path`.

    Raises CommandError when a server answers there, or nobody can serve there.
    """
    # To whoever asks there it looks like a socket at which nobody listens.
    if Path(path).is_file():
        raise CommandError(f"Cannot serve at {path}: it is a file. SOCKET must name one that is not there yet.")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink()
            return
        except FileNotFoundError:
            return
        except OSError as error:
            raise CommandError(f"Cannot serve at {path}: {error.strerror or error}.") from error
    raise CommandError(f"Cannot serve at {path}: a server answers there.")


def check_database_answers():
    """Raise CommandError when the database of `DATABASE_URL` cannot be reached."""
    with one_line("The database of DATABASE_URL cannot be reached"):
        connection.ensure_connection()


def static_files_state():
    """A digest that changes whenever a static file that the finders know is added, removed or changed."""
    found = (storage.path(path) for finder in get_finders() for path, storage in finder.list([]))
    return state_of(map(Path, found))


def state_of_code():
    """A digest that changes whenever the site's code, templates, translations or required packages do."""
    folders = ("mscoe_portal", "stemcells", "templates", "locale")
    files = (path for folder in folders for path in (settings.BASE_DIR / folder).rglob("*") if path.is_file())
    return state_of([settings.BASE_DIR / "requirements.txt", *(path for path in files if path.suffix != ".pyc")])


def state_of(paths):
    """A digest of the sizes and times of the files `paths`."""
    files = [f"{path} {stat.st_size} {stat.st_mtime_ns}" for path in paths for stat in [path.stat()]]
    return hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()


def demo_sign_in():
    """Create the demo editors if nobody can sign in yet. Returns the lines that tell how to sign in.

    Raises CommandError outside demo mode, and where somebody else has one of their names.
    """
    if not settings.DEMO:
        raise CommandError("--demo makes editors whose passwords are printed: only in demo mode (DEMO=on).")
    try:
        passwords = create_editors()
    except IntegrityError as error:
        raise CommandError(
            "The demo editors could not be made: a closed account has the name of one. "
            "Make an account of your own: .venv/bin/python manage.py createsuperuser"
        ) from error
    if passwords:
        return "".join(f"Sign-in:    {name} / {password}\n" for name, password in passwords.items())
    return "Sign-in:    as before; a lost password: .venv/bin/python manage.py changepassword author\n"


def url_host(host):
    """The host as a browser on this computer can open it."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host


def become_the_server():
    """Become granian in this process, so that a signal to it (Ctrl-C, SIGTERM) ends all.

    Where the system forks, its workers have from the start what is loaded here, which takes more than a second.
    """
    # A page that takes longer is not waited for: readers get its older copy. (PostgreSQL's library reads this.)
    os.environ.setdefault("PGOPTIONS", "-c statement_timeout=10s")
    # What granian logs goes where the portal's own lines go.
    log_config = settings.BASE_DIR / "mscoe_portal" / "monitoring" / "granian-log.json"
    os.environ.setdefault("GRANIAN_LOG_CONFIG", str(log_config))
    # It counts processors; most of these threads wait for somebody who sends slowly (delivery/turns.py).
    logging.getLogger("_granian").addFilter(lambda record: "Python threads, which seems" not in record.msg)
    import_module("mscoe_portal.wsgi")
    command = server_command(settings.HOST, settings.PORT, settings.WORKERS, settings.SOCKET)
    _python, _module, granian, *arguments = command
    cli.main(arguments, prog_name=granian, auto_envvar_prefix="GRANIAN")


def server_command(host, port, workers, unix_socket=""):
    """The command (a list) that serves the site at `host` and `port`, or at a Unix socket, with so many processes."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "mscoe_portal.wsgi:application"]
    command += ["--host", host, "--port", str(port), "--workers", str(workers)]
    if unix_socket:
        # Who may use the file is decided by its group: whoever can write to it can name any address as a reader's.
        command += ["--uds", unix_socket, "--uds-permissions", "0660"]
    # Without it, one worker that dies ends the whole server.
    command += ["--respawn-failed-workers"]
    # So that finished pages go out while others are made, or somebody sends slowly: delivery/turns.py.
    command += ["--blocking-threads", str(THREADS)]
    return [*command, "--workers-kill-timeout", "5", "--log-level", "warning"]
