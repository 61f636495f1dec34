"""What several tests share. Their asserts tell as much as a test's own."""

import pytest

pytest.register_assert_rewrite("tests.support.whole")
