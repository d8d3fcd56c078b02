"""Settings for all tests."""

from hypothesis import settings

# Times on a busy machine say nothing about the code.
settings.register_profile("nb2pipe", deadline=None)
settings.load_profile("nb2pipe")
