"""The pages of a project: what they show, what they refuse and where they say so."""

import pytest
from django.test import Client
from django.urls import reverse

from project.kernel.pages import url_of
from tests import given_relief

pytestmark = pytest.mark.django_db


def at(name, record):
    return reverse(f"workrelief:{name}", args=[record.pk])


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_of_a_project_shows_both_shares_and_the_minimum():
    scene = given_relief.scene(funds=[("central_investment", "1000000", "406000")])
    said = text(signed_in(scene.staff.relief_owner).get(url_of(scene.project)))

    assert "40.60%" in said
