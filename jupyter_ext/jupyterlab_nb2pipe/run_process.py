"""``python -m jupyterlab_nb2pipe.run_process …``: ``nb2pipe …`` that ends with the server."""

from __future__ import annotations

from jupyterlab_nb2pipe.attached import attach

if __name__ == "__main__":
    attach()
    from nb2pipe.__main__ import main

    main()
