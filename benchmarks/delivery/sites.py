"""Build the sites that are compared, each with the same pages, in a folder of its own."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import yaml

from benchmarks.delivery import page
from benchmarks.delivery.servers import Server, granian

HERE = Path(__file__).parent
PEERS = HERE / "peers"
SHORT = ["<p>One of the pages that make the menu.</p>"]
# The two sizes of the portal: the menu's pages and home, and as many more below them, in no menu.
SMALL, LARGE = 73, 1000
DJANGO_CMS, WAGTAIL = "django-cms>=5.1,<5.2", "wagtail>=7.4,<7.5"


@dataclass
class Site:
    """A site that was built: its Python, the folder that it runs in, its environment."""

    python: str
    folder: str
    environment: dict

    def server(self, name, application, port, **environment):
        """A server of its `application` with the same options as the portal's own."""
        command = granian(self.python, application, port)
        return Server(name, command, Path(self.folder), port, self.environment | environment)

    def run(self, *arguments):
        """Run its Python; returns what it said."""
        return run(self.python, *arguments, folder=self.folder, environment=self.environment)

    def versions(self, *packages):
        """The versions of installed packages, as "name 1.2"."""
        program = "import sys; from importlib.metadata import version as v; print(*(v(name) for name in sys.argv[1:]))"
        found = self.run("-c", program, *packages).split()
        return ", ".join(f"{package} {number}" for package, number in zip(packages, found, strict=True))


def built(folder, build, *arguments):
    """The Site in `folder`, which `build(folder, *arguments)` makes unless an earlier run did, of the same text."""
    stamp = folder / f"built-{sha256(str(page.sections()).encode()).hexdigest()[:8]}.json"
    if not stamp.exists():
        sys.stdout.write(f"Building {folder.name} ...\n")
        sys.stdout.flush()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        stamp.write_text(json.dumps(asdict(build(folder, *arguments))))
    return Site(**json.loads(stamp.read_text()))


def run(*command, folder, environment=None):
    """Run a command; returns what it said. Raises RuntimeError with its last words when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{done.stdout[-3000:]}")
    return done.stdout


def environment_of(settings, folder, **values):
    """The environment of a site: nothing of this shell but what starting programs and installing packages needs."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "HOME", "LANG", "PIP_"))}
    return kept | {"DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": str(folder), "PYTHONUNBUFFERED": "1"} | values


def build_portal(folder, pages, grown_from=None):
    """The portal with `pages` pages; `grown_from` is the folder of one with fewer."""
    site = Site(sys.executable, str(page.ROOT), _portal_environment(folder))
    content = folder / "content"
    content.mkdir()
    shutil.copy(page.ROOT / "stemcells" / "content" / "aliases.yaml", content)
    for name in ("references", "recommendations", "disclaimers", "cell-types", "clinic-risks"):
        (content / f"{name}.yaml").write_text("[]")
    (content / "pages.yaml").write_text(yaml.safe_dump(_portal_pages(pages - SMALL)))
    if grown_from:
        shutil.copy(grown_from / "db.sqlite3", folder)
    else:
        site.run("manage.py", "migrate")
        site.run("manage.py", "collectstatic", "--noinput")
    site.run("manage.py", "load_content", "--from", content)
    return site


def _portal_environment(folder):
    return environment_of(
        "benchmarks.delivery.portal_settings",
        page.ROOT,
        BENCH_DIR=str(folder),
        DATABASE_URL=f"sqlite:///{folder / 'db.sqlite3'}",
        SECRET_KEY="of no use outside the bench",  # noqa: S106
        SECURE_SSL_REDIRECT="0",
    )


def _portal_pages(more):
    """The data file that `load_content` reads: the menu's pages, and `more` that no menu shows."""

    def item(title, slug, sections, children=()):
        content = [{"plugin": "TextPlugin", "body": body} for body in sections]
        return {"key": slug, "title": title, "slug": slug, "placeholders": {"content": content}, "children": children}

    def further(parent):
        for number in range(parent, more, len(page.TOPICS) * page.PAGES_A_TOPIC):
            yield item(f"Further page {number}", f"further-{number}", SHORT) | {"in_navigation": False}

    pages = [{"key": "home", "title": "Home", "slug": "home", "home": True, "template": "pages/home.html"}]
    parents = 0
    for topic in page.menu():
        children = []
        for child in topic["pages"]:
            sections = page.sections() if page.path_of(topic, child) == page.PATH else SHORT
            children.append(item(child["title"], child["slug"], sections, list(further(parents))))
            parents += 1
        pages.append(item(topic["title"], topic["slug"], SHORT, children))
    return pages


def build_djangocms(folder):
    """django CMS by its own start command, in a Python environment of its own."""
    site = _peer(folder, DJANGO_CMS, "django-admin", "startproject")
    path = f"{Path(site.python).parent}:{os.environ['PATH']}"
    site.environment |= {"PATH": path, "DJANGO_SETTINGS_MODULE": "mysite.settings"}
    site.run("-m", "cms", ".", "--use-bundled-install-rules", "--noinput")
    project = Path(site.folder)
    shutil.copy(PEERS / "djangocms_settings.py", project / "bench_settings.py")
    site.environment["DJANGO_SETTINGS_MODULE"] = "bench_settings"
    _fill(site, "djangocms_fill.py")
    return site


def build_wagtail(folder):
    """Wagtail by its own start command, in a Python environment of its own."""
    site = _peer(folder, WAGTAIL, "wagtail", "start")
    project = Path(site.folder)
    shutil.copy(PEERS / "wagtail_settings.py", project / "bench_settings.py")
    shutil.copy(PEERS / "wagtail_models.py", project / "home" / "models.py")
    shutil.copytree(PEERS / "wagtail_templates", project / "home" / "templates" / "home", dirs_exist_ok=True)
    tags = project / "home" / "templatetags"
    tags.mkdir()
    shutil.copy(PEERS / "wagtail_navigation_tags.py", tags / "navigation_tags.py")
    for command in (["makemigrations", "home"], ["migrate"], ["collectstatic", "--noinput"]):
        site.run("manage.py", *command)
    _fill(site, "wagtail_fill.py")
    return site


def _peer(folder, package, *start):
    """A new Python environment with `package` and our server, and a project in it."""
    run(sys.executable, "-m", "venv", folder / "venv", folder=folder)
    programs, project = folder / "venv" / "bin", folder / "site"
    run(programs / "pip", "install", "--quiet", package, f"granian=={version('granian')}", folder=folder)
    project.mkdir()
    run(programs / start[0], *start[1:], "mysite", ".", folder=project, environment=environment_of("", project))
    return Site(str(programs / "python"), str(project), environment_of("bench_settings", project))


def _fill(site, script):
    content = {"path": page.PATH, "sections": page.sections(), "short": SHORT, "menu": page.menu()}
    (Path(site.folder) / "page.json").write_text(json.dumps(content))
    site.run(PEERS / script)
