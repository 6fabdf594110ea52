import pytest

from tests.factories import make_page, make_user

pytestmark = pytest.mark.django_db


def test_staff_get_a_public_page_with_the_toolbar(client):
    user = make_user(is_superuser=True)
    make_page("Home", home=True, user=user)
    page = make_page("Research", user=user)
    client.force_login(user)
    response = client.get(page.get_absolute_url("en"))
    assert response.status_code == 200
    assert "cms-toolbar" in response.content.decode()
