"""The sample feeds of ``watchtower demo``, served over real HTTP on loopback as they stood at any moment."""
