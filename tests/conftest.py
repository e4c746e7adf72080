"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A property is not timed: how long one example takes says more about who else uses the machine.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
