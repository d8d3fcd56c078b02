export { PipelineGraph as default } from './pipelineGraph';
