"""Light, dark or as the device."""

from django.urls import reverse


def choose(client, theme, back="/components/"):
    return client.post(reverse("theme"), {"theme": theme, "next": back})


def test_a_chosen_theme_is_in_the_first_paint(client, db):
    choose(client, "dark")
    assert 'data-theme="dark"' in client.get("/").text


def test_as_the_device_forgets_the_choice(client, db):
    choose(client, "dark")
    choose(client, "device")
    assert "data-theme=" not in client.get("/").text


def test_the_reader_returns_to_the_page_they_came_from(client, db):
    assert choose(client, "light").url == "/components/"


def test_no_other_site_is_returned_to(client, db):
    assert choose(client, "light", "https://elsewhere.example/").url == reverse("home")


def test_an_invented_theme_is_not_shown(client, db):
    client.cookies["theme"] = '"><b>'
    assert "<b>" not in client.get("/").text


def test_a_page_of_ours_that_is_no_address_is_no_mistake(client, db):
    assert choose(client, "light", "nowhere").url == "nowhere"
    assert choose(client, "light", "\x00%").status_code == 302
