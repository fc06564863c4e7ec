"""Robots are known by their User-Agent, callers by a hashed origin."""

from datetime import date

import pytest

from accounts.callers import UNKNOWN_CALLER, caller_of, calling, current_caller, is_robot, origin_of, public_network


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; YandexBot/3.0)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 (compatible; Yahoo! Slurp)",
        "SomeCrawler",
    ],
)
def test_known_robots(user_agent):
    assert is_robot(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        "",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X18) AppleWebKit/537.36 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 9; CUBOT P40) AppleWebKit/537.36 Mobile Safari/537.36",
        "Kindred/2.1 (iPhone; iOS 19.1)",
        "curl/8.5.0",
    ],
)
def test_people(user_agent):
    assert not is_robot(user_agent)


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "network"),
    [
        (0, "8.8.4.4", "", "8.8.4.4"),
        (0, "8.8.4.4", "1.1.1.1", "8.8.4.4"),
        (1, "10.0.0.1", "1.1.1.1, 8.8.4.4", "8.8.4.4"),
        (2, "10.0.0.1", "9.9.9.9, 1.1.1.1, 8.8.4.4", "1.1.1.1"),
        (2, "10.0.0.1", "8.8.4.4", "8.8.4.4"),
        (1, "8.8.4.4", "", "8.8.4.4"),
        (0, "10.0.0.1", "", None),
        (0, "127.0.0.1", "", None),
        (0, "", "", None),
        (1, "10.0.0.1", "8.8.4.4, unknown", None),
        (0, "2001:4860:4860:1:2:3:4:5", "", "2001:4860:4860:1::/64"),
        (0, "::ffff:8.8.4.4", "", "8.8.4.4"),
    ],
)
def test_only_what_our_own_proxies_saw_is_believed(rf, settings, proxies, remote, forwarded, network):
    settings.PROXIES_IN_FRONT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert public_network(rf.get("/", REMOTE_ADDR=remote, headers=headers)) == network


def test_an_origin_is_16_bits_that_change_with_the_day_and_the_key(settings):
    day = date(2026, 1, 1)
    origins = {origin_of(f"8.8.{number // 256}.{number % 256}", day) for number in range(1_000)}

    assert all(0 <= origin < 2**16 for origin in origins)
    assert len(origins) > 950
    first = origin_of("8.8.4.4", day)
    assert origin_of("8.8.4.4", day) == first
    assert origin_of("8.8.4.4", date(2026, 1, 2)) != first
    settings.SECRET_KEY = "another"
    assert origin_of("8.8.4.4", day) != first


def test_the_caller_is_known_while_the_request_is_answered(rf):
    request = rf.get("/", REMOTE_ADDR="8.8.4.4", headers={"User-Agent": "Googlebot/2.1"})

    with calling(request) as caller:
        assert current_caller() == caller == caller_of(request)
        assert caller.is_robot
        assert caller.origin is not None
    assert current_caller() == UNKNOWN_CALLER
