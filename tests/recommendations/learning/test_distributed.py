import pytest

from recommendations.learning.distributed import join_training, shared_training
from recommendations.learning.training import TrainingRefused
from tests.ml.recommenders.dmf.test_rendezvous import free_addresses


def test_without_addresses_a_training_is_alone():
    with shared_training([]):
        pass


def test_a_training_whose_worker_does_not_come_is_refused_before_it_begins():
    addresses = free_addresses(2)
    begun = []

    with (
        pytest.raises(TrainingRefused, match=rf"worker 1 \({addresses[1]}\) did not come within 0.3 s"),
        shared_training(addresses, seconds=0.3),
    ):
        begun.append(True)

    assert begun == []


def test_a_worker_without_a_chief_is_told_so():
    with pytest.raises(TrainingRefused, match="no chief at"):
        join_training(free_addresses(2), 1, seconds=0.3, report=print)
