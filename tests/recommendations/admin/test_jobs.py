"""The pages of jobs: what runs keeps itself up to date, a training starts and a job ends with one click."""

import uuid

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from recommendations import tasks
from recommendations.jobs.models import Job
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST = "admin:recommendations_job_changelist"
NOW = "admin:recommendations_job_now"
TRAIN = "admin:recommendations_job_train"


@pytest.fixture
def told(monkeypatch) -> list[tuple]:
    calls: list[tuple] = []
    monkeypatch.setattr(tasks.retrain, "apply_async", lambda args, retry: calls.append(args))
    return calls


@pytest.fixture
def onlooker(client):
    """A browser of staff who may look at jobs and do nothing."""
    user = UserFactory(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_job"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def make(state: Job.State = Job.State.RUNNING, **fields) -> Job:
    columns = {"kind": Job.Kind.TRAINING, "title": "Full <training>", "started_by": "schedule", "fraction": 0.425}
    moments = {"started_at": timezone.now(), "heartbeat_at": timezone.now()}
    return Job.objects.create(state=state, **(columns | moments | fields))


def on_job(page: str, row: Job) -> str:
    return reverse(f"admin:recommendations_job_{page}", args=[row.pk])


def test_the_list_shows_what_runs_above_and_asks_again(staff_client, django_assert_max_num_queries):
    for number in range(5):
        make(step=f"step {number}")
    with django_assert_max_num_queries(8):
        html = staff_client.get(reverse(LIST)).content.decode()

    assert 'hx-trigger="every 2s"' in html
    assert f'hx-get="{reverse(NOW)}?open=5"' in html
    assert "Full &lt;training&gt;" in html
    assert 'value="0.4250"' in html
    assert "Train now" in html


def test_the_piece_is_renewed_in_place_until_a_job_begins_or_ends(staff_client):
    row = make()
    same = staff_client.get(reverse(NOW), {"open": "1"})
    assert (same.status_code, same.headers.get("HX-Refresh")) == (200, None)
    assert "<html" not in same.content.decode()

    Job.objects.filter(pk=row.pk).update(state=Job.State.DONE)
    assert staff_client.get(reverse(NOW), {"open": "1"}).headers["HX-Refresh"] == "true"


def test_the_page_of_a_job_shows_its_log_until_it_ends(staff_client):
    row = make(log="10:00:00  Reading <rows>", step="Fitting")
    html = staff_client.get(on_job("change", row)).content.decode()
    assert f'hx-get="{on_job("progress", row)}"' in html
    assert "Reading &lt;rows&gt;" in html

    running = staff_client.get(on_job("progress", row))
    assert "HX-Refresh" not in running.headers
    Job.objects.update(state=Job.State.FAILED, message="no room")
    assert staff_client.get(on_job("progress", row)).headers["HX-Refresh"] == "true"
    html = staff_client.get(on_job("change", row)).content.decode()
    assert "hx-get" not in html.partition('<section class="kindred-panel')[2].partition("</section>")[0]
    assert "Failed: no room" in html


def test_one_click_trains(staff_client, staff, told):
    response = staff_client.post(reverse(TRAIN), follow=True)

    row = Job.objects.get()
    assert (row.state, row.started_by, told) == (Job.State.QUEUED, str(staff), [(str(row.pk),)])
    assert "Training by hand is requested" in response.content.decode()
    again = staff_client.post(reverse(TRAIN), follow=True)
    assert "waits or runs already" in again.content.decode()
    assert Job.objects.count() == 1


def test_one_click_cancels(staff_client):
    row = make()
    response = staff_client.post(on_job("cancel", row), follow=True)

    row.refresh_from_db()
    assert row.shown_state == "stopping"
    assert "ends as soon as its worker receives the request" in response.content.decode()


def test_what_has_ended_is_left_alone(staff_client):
    row = make(Job.State.DONE)
    response = staff_client.post(on_job("cancel", row), follow=True)

    assert "there is nothing to cancel" in response.content.decode()
    row.refresh_from_db()
    assert row.cancel_requested_at is None


def test_an_address_alone_changes_nothing(staff_client, told):
    row = make()

    assert staff_client.get(reverse(TRAIN)).status_code == 405
    assert staff_client.get(on_job("cancel", row)).status_code == 405
    assert (told, Job.objects.filter(cancel_requested_at=None).count()) == ([], 1)


def test_who_may_only_look_cannot_steer(onlooker, told):
    row = make()
    html = onlooker.get(reverse(LIST)).content.decode()

    assert "Train now" not in html
    assert ">Cancel<" not in html
    assert onlooker.post(reverse(TRAIN)).status_code == 403
    assert onlooker.post(on_job("cancel", row)).status_code == 403
    assert told == []


def test_who_may_not_look_sees_nothing(client):
    user = UserFactory(is_staff=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse(NOW)).status_code == 403
    assert client.get(on_job("progress", make())).status_code == 403


def test_a_job_that_does_not_exist(staff_client):
    assert staff_client.get(reverse("admin:recommendations_job_progress", args=[uuid.uuid4()])).status_code == 404


def test_a_lost_job_says_so(staff_client):
    make(heartbeat_at=timezone.now() - 2 * Job.LOST_AFTER)

    assert "Its worker has not reported since" in staff_client.get(reverse(LIST)).content.decode()
