"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import settings

# The gate gives one answer for one tree; HYPOTHESIS_PROFILE=libre explores further.
settings.register_profile("fixe", derandomize=True, deadline=None)
settings.register_profile("libre", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixe"))
