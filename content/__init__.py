"""The words: pages, blocks, sources and course material."""
