"""One mend a file: ``mend(site)`` notes its changes in ``site.changes``, or raises NotMendableError."""
