"""Decisions about certificates as plain functions: no database, no clock, no settings."""
