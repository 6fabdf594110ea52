"""Links to other websites are checked: on loopback, which stands for the web; nothing else is asked for."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from mscoe_portal.review import link_check
from mscoe_portal.review.link_check import LinkChecker, is_public
from mscoe_portal.review.models import CheckedLink
from mscoe_portal.review.public_links import check, public_links
from mscoe_portal.review.rules import findings_of
from tests.factories import add_text, make_page, page_content, publish
from tests.review.people import version_of


class Website(BaseHTTPRequestHandler):
    """Answers /200 with 200, and so on; `asked` holds (method, path) of every question but that for robots.txt."""

    def do_GET(self):
        server = self.server
        if self.path == "/robots.txt":
            return self.answer(200, server.robots.encode())
        server.asked.append((self.command, self.path))
        if self.path == "/slow":
            server.over.wait(10)
            return None
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", server.target)
            return self.end_headers()
        if self.path == "/no-head":
            return self.answer(405 if self.command == "HEAD" else 200)
        return self.answer(int(self.path.strip("/")))

    do_HEAD = do_GET  # noqa: N815 - the server's own name

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Website)
    server.asked, server.robots, server.target, server.over = [], "", "", threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def website():
    with serving() as server:
        yield server


@pytest.fixture
def loopback_is_public(monkeypatch):
    monkeypatch.setattr(link_check, "is_public", lambda ip: ip == "127.0.0.1")


def problem(address, **options):
    return LinkChecker(**{"pace": 0, "timeout": 5} | options).problem_with(address)


# --- One link ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 204, 401, 403, 429])
def test_what_answers_is_no_problem_even_if_it_shuts_robots_out(website, loopback_is_public, status):
    assert problem(f"{website.url}/{status}") == ""


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_what_answers_with_an_error_is_a_problem(website, loopback_is_public, status):
    assert problem(f"{website.url}/{status}") == f"the website answers {status}"


def test_only_the_head_of_a_page_is_asked_for_unless_the_website_knows_none(website, loopback_is_public):
    assert problem(f"{website.url}/200") == ""
    assert problem(f"{website.url}/no-head") == ""
    assert website.asked == [("HEAD", "/200"), ("HEAD", "/no-head"), ("GET", "/no-head")]


def test_a_slow_website_is_given_up_in_time(website, loopback_is_public):
    assert problem(f"{website.url}/slow", timeout=0.3) == "the website does not answer in time"


def test_a_website_that_is_gone_is_a_problem(loopback_is_public):
    with serving() as server:
        address = f"{server.url}/200"
    assert problem(address) == "the website cannot be reached"


def test_a_redirect_is_followed(website, loopback_is_public):
    website.target = f"{website.url}/404"
    assert problem(f"{website.url}/to/") == "the website answers 404"


@pytest.mark.parametrize("url", ["http://127.0.0.1:{}/200", "http://localhost:{}/200", "http://[::ffff:127.0.0.1]:{}/"])
def test_nothing_is_asked_for_inside_a_private_network(website, url):
    assert problem(url.format(website.server_port)) == "it leads into a private network"
    assert website.asked == []


@pytest.mark.parametrize("target", ["http://127.0.0.2:{}/200", "http://10.0.0.1/", "http://169.254.169.254/latest/"])
def test_a_redirect_into_a_private_network_is_not_followed(website, loopback_is_public, target):
    website.target = target.format(website.server_port)
    assert problem(f"{website.url}/to/") == "it leads into a private network"
    assert len(website.asked) == 1


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/", "file:///etc/passwd"])
def test_a_redirect_leads_to_no_other_kind_of_address(website, loopback_is_public, target):
    website.target = target
    assert problem(f"{website.url}/to/") != ""


@pytest.mark.parametrize("ip", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(ip):
    assert is_public(ip)


@pytest.mark.parametrize(
    "ip",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104 - asked for, not listened on
            "224.0.0.1",
        ),
        *("::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "ff02::1"),
    ],
)
def test_addresses_of_private_networks_are_not(ip):
    assert not is_public(ip)


def test_what_a_website_keeps_from_robots_is_not_asked_for(website, loopback_is_public):
    website.robots = "User-agent: *\nDisallow: /4"
    checker = LinkChecker(pace=0, timeout=5)
    assert checker.may_ask(f"{website.url}/200")
    assert not checker.may_ask(f"{website.url}/404")


def test_one_website_is_asked_at_a_pace_and_another_at_once(monkeypatch, website, loopback_is_public):
    waited = []
    monkeypatch.setattr(link_check.time, "sleep", waited.append)
    monkeypatch.setattr(link_check.time, "monotonic", lambda: 100)
    checker = LinkChecker(pace=2, timeout=5)
    for _number in range(2):
        checker.problem_with(f"{website.url}/200")
    with serving() as other:
        checker.problem_with(f"http://localhost:{other.server_port}/200")
    assert waited == [0, 2, 0]


# --- All links of what is public --------------------------------------------------------------------------------------


def make_links(*addresses, published=True):
    page = make_page(published=False)
    add_text(page, "".join(f'<p><a href="{address}">A study of ours</a></p>' for address in addresses))
    content = page_content(page)
    return publish(content) if published else content


def run(**options):
    out = StringIO()
    call_command("check_links", pace=0, timeout=5, stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_links_of_public_contents_alone_are_checked():
    make_links("https://example.org/a#part", "https://example.org/a", "/about/", "mailto:a@example.org")
    make_links("https://example.org/draft", published=False)
    make_page(redirect="https://example.org/menu")
    assert list(public_links()) == ["https://example.org/a", "https://example.org/menu"]


@pytest.mark.django_db
def test_the_command_says_what_is_broken_and_keeps_it(website, loopback_is_public):
    make_links(f"{website.url}/200", f"{website.url}/404")
    assert run().splitlines() == [
        "Links ...",
        "2 links, 2 asked for, 1 broken.",
        f"{website.url}/404: the website answers 404",
    ]
    assert dict(CheckedLink.objects.values_list("address", "problem")) == {
        f"{website.url}/200": "",
        f"{website.url}/404": "the website answers 404",
    }


@pytest.mark.django_db
def test_a_second_run_asks_only_for_what_was_not_checked_for_a_week(website, loopback_is_public):
    make_links(f"{website.url}/200", f"{website.url}/204")
    run()
    CheckedLink.objects.filter(address__endswith="204").update(checked_at=now() - timedelta(days=8))
    website.asked.clear()
    assert run() == "Links ...\n2 links, 1 asked for, 0 broken.\n"
    assert website.asked == [("HEAD", "/204")]


@pytest.mark.django_db
def test_each_run_keeps_in_which_public_versions_a_link_is(website, loopback_is_public):
    first = make_links(f"{website.url}/404")
    run()
    second = make_links(f"{website.url}/404")
    run()
    [link] = CheckedLink.objects.all()
    assert set(link.found_in.all()) == {version_of(first), version_of(second)}


@pytest.mark.django_db
def test_a_link_that_is_too_long_to_be_kept_keeps_no_other_from_being_checked(website, loopback_is_public):
    make_links(f"{website.url}/{200:0500}", f"{website.url}/404")
    assert run().splitlines()[1] == "2 links, 2 asked for, 1 broken."
    assert [link.address for link in CheckedLink.objects.all()] == [f"{website.url}/404"]


@pytest.mark.django_db
def test_what_is_no_longer_linked_to_is_forgotten():
    CheckedLink.objects.create(address="https://example.org/old", checked_at=now(), problem="")
    assert list(check({}, LinkChecker(), days=7)) == []
    assert not CheckedLink.objects.exists()


@pytest.mark.django_db
def test_editors_are_told_of_links_that_are_broken_or_were_not_checked_for_30_days():
    content = make_links("https://example.org/a", "https://example.org/b", "https://example.org/c#d", published=False)
    CheckedLink.objects.create(address="https://example.org/a", checked_at=now(), problem="the website answers 404")
    CheckedLink.objects.create(address="https://example.org/c", checked_at=now() - timedelta(days=29))
    found = [(finding.rule.code, finding.advice) for finding in findings_of(version_of(content))]
    assert [code for code, _advice in found] == ["unchecked-link", "broken-link"]
    assert "the website answers 404" in found[1][1]
