"""Tagged Jupyter notebooks become versioned, parameterized pipelines."""
