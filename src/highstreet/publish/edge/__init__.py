"""Edges: configurations of web servers and CDNs that answer host → tenant → release from the store."""
