"""Django's PostgreSQL; the kernel, not the server, says whether a connection still lives."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """A server that has gone, or was started anew, has closed its end of the connection.

        An idle connection has nothing to read. Where there is something, the server is asked, as
        Django would ask it before every page.
        """
        connection = self.connection
        if connection is None or connection.closed:
            return False
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN)
        return not waiting.poll(0) or bool(super().is_usable())
