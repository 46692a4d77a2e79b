"""The servers of the tests of publishing, for its command too."""

from publish.conftest import prefix, proxy, seaweedfs

__all__ = ["prefix", "proxy", "seaweedfs"]
