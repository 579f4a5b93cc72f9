import pytest

from supervision.scores.models import ScoreRound
from tests.factories import Cast
from tests.supervision.scores.story import make_may, shown


@pytest.fixture
def may(cast: Cast) -> ScoreRound:
    """The draft of May."""
    return make_may(cast)


@pytest.fixture
def may_shown(cast: Cast, may: ScoreRound) -> ScoreRound:
    return shown(cast, may)
