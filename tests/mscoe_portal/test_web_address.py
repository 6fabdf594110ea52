import pytest
from django.core.exceptions import ValidationError

from mscoe_portal.web_address import WebAddressField, host_of, is_off_site, is_web_address, validate_web_address

OWN_HOSTS = ["portal.example", ".branch.example", "localhost:8000", "[::1]", "*"]


@pytest.mark.parametrize(
    "address",
    [
        "https://www.va.gov/health-care/",
        "http://example.org",
        "HTTPS://EXAMPLE.org/Page#part",
        "https://example.org:8443/",
        "https://doi.org/10.1016/j.stem.2016.06.007",
        "https://example.org/a_(b)?c=d&e=f",
        "https://example.org/@name",
        "https://localhost:8000/x",
        "mailto:someone@example.org",
        "mailto:someone@example.org?subject=Question",
        "tel:988",
        "tel:+1-800-273-8255",
        "tel:1(800)273.8255;ext=1",
        "sms:838255",
        "sms:838255?body=Hello",
        "/",
        "/stem-cell-therapy/",
        "/search/?q=clinic#results",
        "/a//b",
        "#sources",
    ],
)
def test_an_address_that_a_link_may_have_is_accepted(address):
    validate_web_address(address)
    assert is_web_address(address)


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        ("", "Write a whole address"),
        ("www.va.gov", "Write a whole address"),
        ("about/", "Write a whole address"),
        ("?q=1", "Write a whole address"),
        ("#", "Write a whole address"),
        ("javascript:alert(1)", "Write a whole address"),
        ("JaVaScRiPt:alert(1)", "Write a whole address"),
        ("javascript&colon;alert(1)", "Write a whole address"),
        ("vbscript:msgbox(1)", "Write a whole address"),
        ("data:text/html,<b>x</b>", "Write a whole address"),
        ("blob:https://example.org/1", "Write a whole address"),
        ("file:///etc/passwd", "Write a whole address"),
        ("ftp://example.org", "Write a whole address"),
        ("https:example.org", "Write a whole address"),
        ("https:/example.org", "Write a whole address"),
        ("https://", "Write a whole address"),
        ("https://[bad", "Write a whole address"),
        ("https://example.org:99999999/", "Write a whole address"),
        ("mailto:", "Write a whole address"),
        ("mailto:nobody", "Write a whole address"),
        ("tel:", "Write a whole address"),
        ("tel:nine", "Write a whole address"),
        ("sms:", "Write a whole address"),
        (" https://example.org", "spaces"),
        ("https://example.org/a b", "spaces"),
        ("https://example.org\n", "spaces"),
        ("java\tscript:alert(1)", "spaces"),
        ("https://example.org/\u00a0", "spaces"),
        ("https://exa\u200bmple.org", "invisible"),
        ("https://example.org/\u202egpj.exe", "invisible"),
        ("https://example.org\x00", "invisible"),
        ("/\t/evil.example", "spaces"),
        ("//evil.example", "https:"),
        ("///evil.example", "https:"),
        ("/\\evil.example", "“/” instead"),
        ("\\\\evil.example", "“/” instead"),
        ("https://va.gov\\@evil.example", "“/” instead"),
        ("https://va.gov@evil.example", "before “@”"),
        ("https://va.gov:443@evil.example/", "before “@”"),
        ("https://va.gov%2f@evil.example", "before “@”"),
    ],
)
def test_any_other_address_is_refused_and_says_what_to_write(address, advice):
    with pytest.raises(ValidationError, match=advice):
        validate_web_address(address)
    assert not is_web_address(address)


def test_the_field_checks_its_address():
    assert WebAddressField().clean("tel:988", None) == "tel:988"
    with pytest.raises(ValidationError, match="Write a whole address"):
        WebAddressField().clean("javascript:alert(1)", None)


def test_the_field_may_be_empty_where_the_model_says_so():
    assert WebAddressField(blank=True).clean("", None) == ""


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org/x",
        "HTTPS://EXAMPLE.ORG",
        "//example.org/x",
        "///example.org/x",
        "/\\example.org",
        "ht\ntps://example.org",
        "https://portal.example@example.org/",
        "https://portal.example.example.org/",
        "https://notportal.example/",
        "http://[bad",
    ],
)
def test_another_host_is_off_site(address):
    assert is_off_site(address, OWN_HOSTS)


@pytest.mark.parametrize(
    "address",
    [
        "https://portal.example/x",
        "http://PORTAL.example./",
        "//portal.example/x",
        "https://one.branch.example/",
        "http://localhost:9000/",
        "http://[::1]:8000/",
        "/stem-cell-therapy/",
        "#sources",
        "relative",
        "",
        "mailto:someone@example.org",
        "tel:988",
        "sms:838255",
        "javascript:alert('https://example.org')",
    ],
)
def test_what_stays_is_not_off_site(address):
    assert not is_off_site(address, OWN_HOSTS)


def test_the_host_is_the_one_that_a_browser_asks():
    assert host_of("https://va.gov\\@evil.example/") == "va.gov"
    assert host_of("https://va.gov@evil.example/") == "evil.example"
    assert host_of("/va.gov") is None
