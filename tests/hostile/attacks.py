"""Requests that no page, form or link of the site makes, as Hypothesis makes them up."""

import json
from typing import NamedTuple
from urllib.parse import urlencode

from hypothesis import strategies as st

LARGE = "12345678901234567890"
# What has been worst for programs that read a text, a number, an address, a date or a list.
WORST = [
    *("", "0", "-1", "1", "None", "null", "true", "abc", "1,2", "1_000", "١", "1e999", "NaN", "0x1"),
    *(LARGE, f"-{LARGE}", f" {LARGE}", "9" * 5000, f"1,{LARGE}", "2147483648", "-9223372036854775809"),
    *("\0", "a\0b", "\ud800", "\udcff", "\ufeff", "\u202e", "🧠", "İ", "a" * 5000, "\r\nSet-Cookie: a=b", "%00", "%zz"),
    *("../../etc/passwd", "..\\..\\", "/", "//evil.example", "https://evil.example/", "javascript:alert(1)", "///x"),
    *(
        "<script>alert(1)</script>",
        "'\" OR 1=1--",
        "{{7*7}}",
        "{% debug %}",
        "%(x)s",
        "{0.__class__}",
        "$(id)",
        "*",
        "(",
    ),
    *(
        "0000-00-00",
        "9999-12-31",
        "2026-02-30",
        "10000-01-01",
        "0001-01-01 00:00",
        "24:61",
        "2026-11-29T00:00:00+99:99",
    ),
    *(
        "en",
        "es",
        "xx",
        "EN_us",
        "cms.page",
        "auth.user",
        "cms",
        "pk",
        "__class__",
        "id__",
        "user__password",
        "[]",
        "{}",
    ),
    *("TextPlugin", "NoPlugin", "[1, 2]", '{"a": [', "__all__", "1-2", "-created", "0.1.2.-3", "pages/topic.html"),
]
# What the site and its packages read from a query or a form, and where filters of the admin begin.
NAMES = [
    *(
        "page",
        "p",
        "o",
        "all",
        "e",
        "q",
        "_popup",
        "_to_field",
        "_facets",
        "_changelist_filters",
        "_saveasnew",
        "pages",
    ),
    *(
        "next",
        "back",
        "compare_to",
        "seen",
        "days",
        "reason",
        "note",
        "code",
        "cancel",
        "state",
        "created_by",
        "language",
    ),
    *("target_language", "source_language", "plugin_language", "language_code", "cms_path", "placeholder_id"),
    *("plugin_type", "plugin_position", "plugin_parent", "plugin_id", "plugin", "plugins", "target_position", "target"),
    *(
        "target_placeholder_id",
        "source_placeholder_id",
        "source_plugin_id",
        "edit_fields",
        "position",
        "parent_id",
        "id",
    ),
    *(
        "site",
        "category",
        "term",
        "app_label",
        "model_name",
        "field_name",
        "extended_object",
        "template",
        "g",
        "nodeId",
    ),
    *("cms_page", "parent_page", "parent_node", "source", "limit", "discard", "post", "action", "_selected_action"),
    *("select_across", "index", "_pick", "_list_type", "order_by", "limit_search_to_folder", "_edit_from_widget"),
    *("destination", "move_a_copy", "qqfile", "filename", "folder_id", "file_id", "settings", "token", "edit"),
    *(
        "structure",
        "preview",
        "toolbar_off",
        "cms_toolbar_login_error",
        "inline_editing",
        "force_admin",
        "name",
        "title",
    ),
    *("body", "slug", "username", "password", "email", "is_superuser", "is_staff", "is_active", "groups", "replace"),
    *(
        "form-TOTAL_FORMS",
        "form-INITIAL_FORMS",
        "wizard_create_view-current_step",
        "content__language",
        "content__slug",
    ),
    *(
        "user_permissions",
        "stamp",
        "kept_text",
        "entry",
        "alias",
        "pk",
        "csrfmiddlewaretoken",
        "this_is_the_login_form",
    ),
]
FIELDS = [
    "id",
    "pk",
    "site",
    "user",
    "language",
    "state",
    "created",
    "modified",
    "action_time",
    "act",
    "at",
    "category",
]
LOOKUPS = ["exact", "in", "gte", "lt", "year", "date", "isnull", "regex", "contains", "range", "id", "name__exact"]
CONTENT_TYPES = [
    *(
        "application/x-www-form-urlencoded",
        "application/json",
        "text/plain",
        "multipart/form-data",
        "",
        "a/b; charset=x",
    ),
    *(
        "multipart/form-data; boundary=b",
        'multipart/form-data; boundary="',
        "application/x-www-form-urlencoded; charset=z",
    ),
]
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
# Names of files, and what such a part may lack or have too much of.
FILE_NAMES = [
    "a.png",
    "../../a.png",
    "a\0.png",
    "a" * 300,
    "",
    "a.svg",
    "a.pdf.exe",
    "\r\nX: y",
    "é.jpg",
    "CON",
    "/etc/passwd",
]
HEADERS = {
    "Accept-Language": ["xx", "*", "en;q=x", "a" * 1000, "-", "es-\udcff"],
    "X-Forwarded-Host": ["evil.example", "a b", ""],
    "X-Forwarded-For": ["1.2.3.4, ::1, x", "", "%00"],
    "X-Requested-With": ["XMLHttpRequest"],
    "Referer": ["https://evil.example/", "x", "http://[", "http://testserver/%00"],
    "If-Modified-Since": ["x", "Mon, 99 Foo 9999 99:99:99 GMT"],
    "If-None-Match": ["*", 'W/"', '"' * 100],
    "Range": ["bytes=9-1", "bytes=0-99999999999999999999", "x"],
    "Accept": ["x", "text/html;q=", "*/*;q=NaN"],
    "Cookie": ["sessionid=\x01", "csrftoken=x; csrftoken=y", "django_language=xx", "=;=;", "messages=x", 'a="\\000'],
}

texts = st.sampled_from(WORST) | st.text(max_size=20) | st.integers().map(str)
names = (
    st.sampled_from(NAMES)
    | st.builds("{}__{}".format, st.sampled_from(FIELDS), st.sampled_from(LOOKUPS))
    | st.sampled_from(WORST)
)
# Forms and queries as the site's own pages send them, with the id of something for each ID.
ID = "<id>"
WHOLE = [
    {"placeholder_id": ID, "plugin_type": "TextPlugin", "plugin_language": "en", "plugin_position": 1, "cms_path": "/"},
    {"plugin_id": ID, "placeholder_id": ID, "plugin_parent": ID, "target_language": "en", "target_position": 1},
    {"source_language": "en", "source_placeholder_id": ID, "source_plugin_id": ID}
    | {"target_language": "en", "target_placeholder_id": ID, "target_plugin_id": ID},
    {"edit_fields": "body", "body": "<p>x</p>", "cms_path": "/"},
    {"id": ID, "target": ID, "position": 0, "site": 1, "source_site": 1},
    {"title": "x", "slug": "x", "language": "en", "template": "pages/topic.html", "cms_page": ID, "parent_node": ID},
    {"action": "delete_selected", "_selected_action": ID, "select_across": 0, "index": 0, "post": "yes"},
    {"action": "move_files_and_folders", "_selected_action": ID, "destination": ID, "post": "yes"},
    {"plugin": ID, "category": ID, "name": "x", "language": "en", "replace": "on"},
    {"term": "x", "app_label": "auth", "model_name": "user", "field_name": "groups", "page": 1},
    {"wizard_create_view-current_step": 0, "0-entry": ID, "0-page": ID, "0-language": "en"},
    {"username": "x", "password1": "kX9-x-kX9", "password2": "kX9-x-kX9", "email": "x", "groups": ID},
    {"days": 7, "reason": "x", "note": "x", "seen": "x", "reviewer": ID, "months": 12, "owner": ID},
    {"old_path": "/x/", "new_path": "/", "site": ID, "domain": "x", "name": "x"},
    {"o": "1.-2", "p": 1, "q": "x", "created_by": ID, "state": "draft", "language": "en"},
    {"nodeId": ID, "openNodes[]": ID, "language": "en", "site": 1, "q": "x"},
    {"obj_id": ID, "obj_type": "cms.pagecontent", "cms_path": "/", "placeholders[]": ID},
    {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": ID, "_save": "x"},
    {"_popup": 1, "_to_field": "id", "_changelist_filters": "q=x", "_pick": "file", "folder_id": ID},
    {"page": ID, "compare_to": ID, "back": "/admin/", "next": "/admin/", "language": "en"},
]


def encoded(pairs):
    """`pairs` as a query or a form's body, also those that are no text of Unicode."""
    return urlencode(pairs, errors="surrogatepass")


@st.composite
def pairs(draw, ids):
    """Names and values: of one of WHOLE with some other values, or any."""
    if draw(st.booleans()):
        return draw(st.lists(st.tuples(names, texts | ids), max_size=6))
    whole = draw(st.sampled_from(WHOLE))
    wrong = draw(st.sets(st.sampled_from(sorted(whole)), max_size=2))
    return [
        (name, draw(texts if name in wrong else ids if whole[name] == ID else st.just(whole[name]))) for name in whole
    ]


def queries(ids):
    worst = ["&" * 2000, "a=1&" * 1100, "%", "%zz=%ff", "=&=", "a=%FF%FE", "q=" + "x" * 20000, "\xff\xfe"]
    return st.just("") | pairs(ids).map(encoded) | pairs(ids).map(encoded) | st.sampled_from(worst)


@st.composite
def multiparts(draw):
    """A form with a file, well made or cut off anywhere."""
    name = draw(st.sampled_from(["file", "upload", "image", *NAMES[:20]]))
    head = f'Content-Disposition: form-data; name="{name}"; filename="{draw(st.sampled_from(FILE_NAMES))}"'
    kind = draw(st.sampled_from(["image/png", "text/html", "image/svg+xml", "", "x"]))
    content = draw(
        st.binary(max_size=30) | st.sampled_from([b"%PDF-1.4", b"<svg onload=alert(1)>", b"GIF89a", b"\x89PNG"])
    )
    body = b"--b\r\n" + head.encode("utf-8", "replace") + b"\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + content
    body += b"\r\n--b--\r\n"
    return body[: draw(st.sampled_from([len(body), len(body) - 8, len(body) // 2, 3]))], MULTIPART


jsons = st.recursive(
    texts | st.integers() | st.none() | st.booleans(), lambda inner: st.lists(inner) | st.dictionaries(names, inner)
)


def bodies(ids):
    form = pairs(ids).map(lambda pairs: (encoded(pairs).encode("latin-1", "replace"), FORM))
    worst = [(b"[" * 3000, "application/json"), (b"a=1&" * 1100, FORM), (b"", FORM)]
    return st.one_of(
        form,
        form,
        jsons.map(lambda value: (json.dumps(value).encode(), "application/json")),
        multiparts(),
        st.tuples(st.binary(max_size=60), st.sampled_from(CONTENT_TYPES)),
        st.sampled_from(worst),
    )


METHODS = ["GET"] * 20 + ["POST"] * 16 + ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "X"]


class Attack(NamedTuple):
    method: str
    path: str  # as it stands in a request line
    query: str
    headers: dict
    body: bytes
    content_type: str

    @property
    def target(self):
        return f"{self.path}?{self.query}" if self.query else self.path


@st.composite
def attacks(draw, addresses, values):
    """An Attack on one of `addresses`. `values`: what is really there (Targets.values)."""
    address = draw(st.sampled_from(addresses))
    ids = st.sampled_from([str(value) for value in values[""]])
    filled = {}
    for part in address.parts:
        is_there = st.sampled_from([str(value) for value in values.get(part, values[""])])
        # Mostly real ones, or nothing but "not found" would be tried.
        filled[part] = draw(is_there | is_there | texts).encode("utf-8", "surrogatepass")
    headers = draw(st.dictionaries(st.sampled_from(sorted(HEADERS)), st.integers(0, 9), max_size=2))
    method = draw(st.sampled_from(METHODS))
    body, content_type = draw(bodies(ids)) if method not in {"GET", "HEAD", "OPTIONS"} else (b"", "")
    return Attack(
        method,
        address.path(filled),
        draw(queries(ids)),
        {name: HEADERS[name][number % len(HEADERS[name])] for name, number in headers.items()},
        body,
        content_type,
    )
