"""A pipeline in memory as the project that ``run`` executes."""

from __future__ import annotations

from nb2pipe.emit.module import shared_module, stage_module
from nb2pipe.model import Pipeline, Project, Stage, StageCode


def from_pipeline(pipeline: Pipeline, *, package: str | None = None) -> Project:
    """The project that a notebook's pipeline is, without writing it.

    Args:
        pipeline: a pipeline without errors.
        package: the import package that the modules form. None: a name of nb2pipe's own, so that
            a notebook called ``pandas.ipynb`` hides no library.
    """
    package = package or f"nb2pipe_{pipeline.name}"
    path = pipeline.notebook.path.absolute()
    return Project(
        name=pipeline.name,
        package=package,
        folder=path.parent,
        stages=tuple(_code(pipeline, stage, package) for stage in pipeline.stages),
        shared=shared_module(pipeline, package),
        parameters=pipeline.parameters,
        values={parameter.name: parameter.default for parameter in pipeline.parameters},
        kernel_name=pipeline.notebook.kernel_name,
        source=str(path),
    )


def _code(pipeline: Pipeline, stage: Stage, package: str) -> StageCode:
    edges = [edge for edge in pipeline.edges if edge.target == stage.name]
    sources = {edge.variable: edge.source for edge in edges if edge.variable is not None}
    states = {edge.state: edge.source for edge in edges if edge.state is not None}
    return StageCode(
        name=stage.name,
        source=stage_module(pipeline, stage, package),
        inputs=tuple((item.name, sources[item.name]) for item in stage.inputs),
        outputs=tuple(item.name for item in stage.outputs),
        parameters=stage.parameters,
        states=tuple((state, states.get(state)) for state in stage.states),
        after=tuple(
            dict.fromkeys(
                edge.source for edge in edges if edge.variable is None and edge.state is None
            )
        ),
        reads=stage.reads,
        writes=stage.writes,
        unobservable=stage.unobservable,
        configuration=stage.configuration,
        assumed=stage.assumed,
    )
