from highstreet.theme.views import *  # noqa: F403
