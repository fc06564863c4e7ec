"""The committed schema is that of the code, and is what the shop shows."""

from io import StringIO

from django.core.management import call_command

from tests.committed_schema import COMMITTED, parsed


def test_the_committed_schema_is_that_of_the_code():
    """After a wanted change run: python manage.py spectacular --file docs/openapi.yaml"""
    generated = StringIO()
    call_command("spectacular", fail_on_warn=True, validate=True, stdout=generated)

    assert parsed(generated.getvalue()) == COMMITTED


def test_the_schema_is_served(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/api/schema/")

    assert (answer.status_code, parsed(answer.content)) == (200, COMMITTED)
    assert client.get("/api/schema/", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get("/api/docs/").status_code == 200
