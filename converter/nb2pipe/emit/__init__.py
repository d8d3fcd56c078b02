"""Writing: a pipeline becomes modules, Ploomber's files, a workflow, a lock."""
