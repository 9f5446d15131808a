"""Static files under names that hold their hash, module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import` paths in our ES modules too, so that a page never mixes versions."""

    support_js_module_import_aggregation = True
