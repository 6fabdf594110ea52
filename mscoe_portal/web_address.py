"""Addresses that a link may have, and which of them leave the site."""

import re
import unicodedata
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.http.request import split_domain_port, validate_host
from django.utils.translation import gettext_lazy as _

SCHEMES = {"http", "https", "mailto", "tel", "sms"}

_GENERAL = _(
    "Write a whole address, such as https://www.va.gov/health-care/, a place on this site, such as "
    "/stem-cell-therapy/ or #sources, or mailto:, tel: or sms: with whom it reaches, such as tel:988."
)
_NUMBER = r"\+?[\d(][\d().,;*#-]*"
# RFC 3966 (tel) and RFC 5724 (sms), as far as a reader's telephone understands them
_PHONE = re.compile(rf"(tel:{_NUMBER}(;ext=\d+)?|sms:{_NUMBER}(\?body=\S*)?)", re.IGNORECASE)
_validate_url = URLValidator(schemes=["http", "https"])


def validate_web_address(value):
    """Accept an http, https, mailto, tel or sms address, a path that begins with one slash, or a #fragment.

    Raises ValidationError with a message that says what to write. Refused too: what browsers read otherwise than
    people do (invisible characters, backslashes, "//host", a user name before "@"; see the WHATWG URL Standard, 4.4).
    """
    if any(character.isspace() or unicodedata.category(character)[0] == "C" for character in value):
        raise ValidationError(_("Take the spaces, line breaks and invisible characters out of the address."))
    if "\\" in value:
        raise ValidationError(_("Write “/” instead of “\\” in the address."))
    if value.startswith("//"):
        raise ValidationError(_("Write “https:” before the two slashes."))
    if re.match(r"/|#.", value) or _PHONE.fullmatch(value):
        return
    scheme, _colon, rest = value.partition(":")
    try:
        if scheme.lower() == "mailto":
            validate_email(rest.partition("?")[0])
            return
        if "@" in urlsplit(value).netloc:
            raise ValidationError(_("Take out what stands before “@”: it can be mistaken for the website’s name."))
        _validate_url(value)
    except ValueError:
        raise ValidationError(_GENERAL) from None
    except ValidationError as error:
        raise ValidationError(_GENERAL if error.code == "invalid" else error.message) from None


def is_web_address(value):
    """Tell whether `validate_web_address` accepts `value`."""
    try:
        validate_web_address(value)
    except ValidationError:
        return False
    return True


def host_of(address):
    """Return the host that a browser asks for a http, https or "//host" address, else None.

    An address that cannot be read gives "", which is nobody's host. Reads as lenient as a browser does.
    """
    address = re.sub(r"[\t\r\n]", "", address.strip()).replace("\\", "/")
    try:
        parts = urlsplit(re.sub(r"^((?:https?:)?)/{2,}", r"\1//", address, flags=re.IGNORECASE))
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme in ("http", "https"):
        return host or ""
    return host if parts.netloc and not parts.scheme else None


def is_off_site(address, own_hosts):
    """Tell whether a link to `address` leaves the site; `own_hosts` are written as in ALLOWED_HOSTS ("*" is ignored).

    A path, a #fragment, mailto, tel and sms stay.
    """
    host = host_of(address)
    if host is None:
        return False
    own = [split_domain_port(own_host)[0].strip("[]") for own_host in own_hosts]
    return not validate_host(host.rstrip("."), own)


class WebAddressField(models.CharField):
    """Text field for an address that a link may have; see `validate_web_address`."""

    default_validators = [validate_web_address]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 500)
        super().__init__(*args, **kwargs)
