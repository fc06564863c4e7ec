from benchmarks.shops.client import loopback_address


def test_every_shopper_has_an_address_of_its_own():
    addresses = {loopback_address(number) for number in range(1000)}

    assert len(addresses) == 1000
    assert all(0 < int(part) < 255 for address in addresses for part in address.split("."))
