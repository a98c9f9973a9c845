"""What holds for all tests."""

from hypothesis import settings

# How long an example takes says nothing on a busy machine. The rest stays as Hypothesis chose it: on a CI server, which
# it knows by its variables, examples are the same in each run.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")
